using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// A launch of a slot with batches of one sample: a thread has one neuron, and one pass over its weights does both the step of the previous sample
/// and the forward pass of the next one.
/// </summary>
internal static class SingleSampleTraining
{
    /// <summary>
    /// Draws the weights of a fresh slot and advances a running one by at most ChunkSteps steps.
    /// </summary>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="memory">The group's memory (<see cref="CountingPlan.OfSingleSamples"/>).</param>
    public static void Train(LaunchShape shape, RunBuffers buffers, CountingMemory memory)
    {
        int slot = Grid.IdxX;

        // Every run on this path has this model. Repeating it here lets the compiler drop the other models' parameters.
        shape.Model = (int)Model.Mlp;
        var run = new CountingSlot(shape, buffers, slot) { Scratch = memory };
        var state = CountingTraining.Begin(run, buffers.States[slot]);
        bool loaded = state.Status == (int)RunStatus.Running;
        int stepsLeft = loaded && !EndOfRun.IsWaiting(state) ? shape.ChunkSteps : 0;
        var neuron = SingleSampleNeuron.Load(run);
        float outputBias = run.Floats[run.OutputBias];
        int index = run.Thread.Index;
        int broken = shape.Counting.ScalarQuads * 4;
        if (index == 0)
            memory.Words[broken] = 0;

        // Targets on this path are parities. Repeating it here lets the compiler drop the other misfits.
        var rules = run.Settings;
        rules.Monomials = 0;

        // A turn takes one sample, from the run's stream or held out. Its step, if any, is done in the turn of the next sample.
        bool going = stepsLeft > 0;
        bool isStepDue = false;
        bool judging = false;
        bool drawn = true;
        int heldOut = 0;
        int errors = 0;
        uint stepMask = 0;
        uint stepLabel = 0;
        uint streamLabels = 0;
        if (going)
        {
            SingleSamples.DrawStream(run, (ulong)state.Steps / Canon.WordSamples);
            SingleSamples.Expand(run, shape.Counting.RingQuads, (int)state.Steps & (Canon.WordSamples - 1));
        }

        GroupBarrier.Barrier();
        while (going)
        {
            if (isStepDue)
            {
                neuron.StepAndPass(run, stepMask, stepLabel);
                if (!neuron.IsFinite)
                    memory.Words[broken] = 1;
            }
            else
            {
                neuron.Pass(run);
            }

            float z = neuron.Z;
            uint active = z > 0f ? 1u : 0u;
            memory.Floats[(shape.Counting.ActiveQuads * 4) + index] = active > 0 ? z : 0f;
            memory.Floats[(shape.Counting.OutputQuads * 4) + index] = neuron.Output;
            GroupBarrier.Barrier();

            if (index < Canon.Lanes)
                memory.Floats[(shape.Counting.LaneSumQuads * 4) + index] = SingleSamples.LaneSum(run, index);

            streamLabels = drawn ? SingleSamples.Labels(run, shape.Counting.RingQuads) : streamLabels;
            uint labels = judging ? SingleSamples.Labels(run, shape.Counting.HeldOutQuads) : streamLabels;
            GroupBarrier.Barrier();

            bool diverged = isStepDue && memory.Words[broken] != 0;
            state.Status = diverged ? (int)RunStatus.Diverged : state.Status;

            // Without steps left, or after a divergence, the turn served only the previous sample's step.
            bool counts = !diverged && stepsLeft > 0;
            int bit = (judging ? heldOut : (int)state.Steps) & (Canon.WordSamples - 1);
            uint label = (labels << (Canon.WordSamples - 1 - bit)) & EightSigns.SignBit;
            float f = outputBias + SingleSamples.Tree(memory.Quads.SubView(shape.Counting.LaneSumQuads, Canon.LaneQuads));
            float margin = Interop.IntAsFloat(Interop.FloatAsInt(f) ^ label);
            uint right = margin > 0f ? 1u : 0u;
            uint inside = margin < 1f ? 1u : 0u;
            isStepDue = counts && !judging;
            if (counts && judging)
            {
                errors += (int)(right ^ 1u);
                heldOut++;
                if (heldOut == run.Settings.TestSamples || (errors > rules.AllowedErrors && state.Steps < run.Settings.MaxSteps))
                {
                    // The number of errors is needed only at the end of the budget; before that, one too many is enough to continue training.
                    EndOfRun.Judge(rules, ref state, EndOfRun.IsCheckDue(rules, shape.Batch, state), errors);
                    judging = false;
                    stepsLeft = state.Status != (int)RunStatus.Running || EndOfRun.IsWaiting(state) ? 0 : stepsLeft - 1;
                }
            }

            if (isStepDue)
            {
                EndOfRun.Count(rules, shape.Batch, ref state, (int)(right ^ 1u), finite: true);
                SingleSamples.ExpandGradients(run, bit, label);
                stepMask = 0u - (active & inside);
                stepLabel = label;
                outputBias = ExactMath.Fma(run.Settings.StepSize, SingleSamples.OutputGradient(inside, label), outputBias * run.Settings.Decay);
                if (!CountingUpdate.IsFinite(outputBias))
                    memory.Words[broken] = 1;

                judging = state.Steps >= run.Settings.MaxSteps || EndOfRun.IsCheckDue(rules, shape.Batch, state);
                heldOut = 0;
                errors = 0;
                stepsLeft = judging ? stepsLeft : EndOfRun.IsWaiting(state) ? 0 : stepsLeft - 1;
            }

            going = isStepDue || (counts && stepsLeft > 0);
            int next = (judging ? heldOut : (int)state.Steps) & (Canon.WordSamples - 1);
            drawn = next == 0 && !judging;
            if (drawn)
                SingleSamples.DrawStream(run, (ulong)state.Steps / Canon.WordSamples);

            if (next == 0 && judging)
                SingleSamples.DrawHeldOut(run, (ulong)state.Steps, heldOut / Canon.WordSamples);

            SingleSamples.Expand(run, judging ? shape.Counting.HeldOutQuads : shape.Counting.RingQuads, next);
            GroupBarrier.Barrier();
        }

        if (!loaded)
            return;

        neuron.Store(run);
        if (index == 0)
        {
            run.Floats[run.OutputBias] = outputBias;
            buffers.States[slot] = state;
        }
    }
}
