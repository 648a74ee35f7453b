using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>
/// A launch of a slot whose network has at most 16 neurons and whose batches fit into a word: a warp trains it, forward with a sample per thread, the
/// step with two threads per neuron.
/// </summary>
internal static class OneWarpTraining
{
    /// <summary>
    /// Draws the weights of a fresh slot and advances a running one by at most ChunkSteps steps.
    /// </summary>
    /// <typeparam name="TTile">Its blocks are pairs of neurons.</typeparam>
    /// <param name="shape">Shape of the networks and buffers.</param>
    /// <param name="buffers">The slots.</param>
    /// <param name="memory">The group's memory (<see cref="CountingPlan.OfOneWarp"/>).</param>
    public static void Train<TTile>(LaunchShape shape, RunBuffers buffers, CountingMemory memory)
        where TTile : struct, ITile
    {
        int slot = Grid.IdxX;

        // Every run on this path has this model. Repeating it here lets the compiler drop the other models' parameters.
        shape.Model = (int)Model.Mlp;
        var run = new CountingSlot(shape, buffers, slot) { Scratch = memory };
        var state = CountingTraining.Begin(run, buffers.States[slot]);
        bool loaded = state.Status == (int)RunStatus.Running;
        int stepsLeft = loaded && !EndOfRun.IsWaiting(state) ? shape.ChunkSteps : 0;
        var neuron = OneWarpNeuron.Load(run);
        float outputBias = run.Floats[run.OutputBias];
        bool keeper = run.Thread.Index == 0;
        int broken = shape.Counting.ScalarQuads * 4;

        // Targets on this path are parities. Repeating it here lets the compiler drop the other misfits.
        var rules = run.Settings;
        rules.Monomials = 0;

        // Where the batch starts in the stream: its word and bit.
        ulong first = SampleWindow.FirstSample(state.Steps, shape.Batch);
        ulong word = first / Canon.WordSamples;
        int shift = (int)first & (Canon.WordSamples - 1);

        // One pass per turn, of the batch or of held-out samples. Each turn prepares the samples of the next one; the first turn does nothing else.
        bool classifies = false;
        bool judging = false;
        int heldOut = 0;
        int errors = 0;
        GroupBarrier.Barrier();
        while (stepsLeft > 0)
        {
            bool stepped = classifies && !judging;
            int count = judging ? run.Settings.TestSamples - heldOut : classifies ? shape.Batch : 0;
            uint labels = OneWarpSamples.Label(run);
            OneWarpForward.Pass<TTile>(run, outputBias, labels, count);
            OneWarpSamples.Compare(run, labels);
            GroupBarrier.Barrier();

            errors += CountingVerdict.Errors(run);
            var before = default(FloatPair);
            if (stepped)
                before = neuron.StepWeights(run, labels);

            if (keeper)
                memory.Words[broken] = 0;

            GroupBarrier.Barrier();
            if (stepped)
            {
                uint inside = CountingVerdict.Inside(run, 0);
                float sum = CountingUpdate.Gradient(IntrinsicMath.PopCount(inside), IntrinsicMath.PopCount(inside & labels));
                outputBias = ExactMath.Fma(run.Settings.StepSize, sum, outputBias * run.Settings.Decay);
                neuron.StepOutput(run, before);
                if (!neuron.IsFinite || !CountingUpdate.IsFinite(outputBias))
                    memory.Words[broken] = 1;
            }

            heldOut = judging ? heldOut + Canon.WordSamples : 0;
            var turn = CountingTurn.Close(rules, shape.Batch, ref state, judging, stepped, count <= Canon.WordSamples, errors);
            judging = turn.Judging;
            errors = turn.StepOver || stepped ? 0 : errors;
            int moved = shift + (stepped ? shape.Batch : 0);
            int passed = moved >> 5;
            word += (ulong)passed;
            shift = moved & (Canon.WordSamples - 1);

            // The batch may reach into the word after its first one.
            int missing = classifies ? passed : 2;
            OneWarpSamples.DrawStream(run, word + 2 - (ulong)missing, missing);
            classifies = true;
            if (judging)
                OneWarpSamples.DrawHeldOut(run, (ulong)state.Steps, heldOut / Canon.WordSamples);
            else
                OneWarpSamples.Realign(run, word, shift);

            GroupBarrier.Barrier();

            stepsLeft = CountingTurn.StepsLeft(ref state, stepsLeft, turn.StepOver, stepped && memory.Words[broken] != 0);
        }

        if (!loaded)
            return;

        neuron.Store(run);
        if (keeper)
        {
            run.Floats[run.OutputBias] = outputBias;
            buffers.States[slot] = state;
        }
    }
}
