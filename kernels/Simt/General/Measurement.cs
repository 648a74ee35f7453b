using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The parts of a measurement.</summary>
internal static class Measurement
{
    /// <summary>Looks at samples, in this order.</summary>
    public const int Training = 0;
    public const int HeldOut = 1;
    public const int Everything = 2;

    /// <summary>One look at each task, if samples belong to several.</summary>
    public const int FirstTask = 2;

    /// <summary>Where a look's samples come from.</summary>
    public static int Source(GeneralSlot run, int look) => look >= Everything
        ? (run.HasTasks ? (int)SampleSource.TaskByTask : (int)SampleSource.Everything)
        : look == HeldOut
            ? (int)SampleSource.HeldOut
            : run.Shape.Samples > 0 ? (int)SampleSource.Ordered : (int)SampleSource.Stream;

    /// <summary>Number of a look's samples.</summary>
    public static int Samples(GeneralSlot run, int look) => look == Everything && !run.HasTasks
        ? 1 << run.Shape.Inputs
        : look >= FirstTask ? run.Stored[0].TaskSamples
        : look == HeldOut ? run.Settings.TestSamples : run.Shape.Samples > 0 ? run.Shape.Samples : run.Shape.Batch;

    /// <summary>Words of all tasks before the one being looked at.</summary>
    public static int WordsBefore(GeneralSlot run, int look) =>
        run.HasTasks ? Math.Max(0, look - FirstTask) * Canon.Words(run.Stored[0].TaskSamples) : 0;

    /// <summary>2^−n.</summary>
    public static float InverseOfEverything(GeneralSlot run) => Interop.IntAsFloat((uint)(127 - run.Shape.Inputs) << 23);

    /// <summary>The larger of two numbers; <paramref name="other"/> where one is NaN.</summary>
    public static float Larger(float value, float other) => value > other ? value : other;

    /// <summary>The smaller of two numbers; <paramref name="other"/> where one is NaN.</summary>
    private static float Smaller(float value, float other) => value < other ? value : other;

    /// <summary>S ← fma(ℓ, 1, S).</summary>
    public static float AddLoss(GeneralSlot run, GeneralMemory memory, int sample, float sum) => ExactMath.Fma(
        Losses<float, DeviceArithmetic>.Value(run.Settings.Loss, memory.Targets[sample], memory.Outputs[sample]), 1f, sum);

    /// <summary>
    /// Largest distances from the initial parameters in the scratch: over all parameters, over the relevant and over the other weights of the first
    /// layer (for a transformer, positions).
    /// </summary>
    public static void FindMovement(GeneralSlot run, GroupMaxima maxima)
    {
        int lane = run.Thread.Index % Canon.Lanes;
        int lines = ParameterPlaces.Lines(run);
        float all = 0f;
        float relevant = 0f;
        float irrelevant = 0f;
        for (int line = run.Thread.Index / Canon.Lanes; line < lines; line += run.Thread.Count / Canon.Lanes)
        {
            var parameter = ParameterPlaces.At(run, line, lane);
            long place = ((long)line * Canon.Lanes) + lane;
            float distance = Magnitude(run.Floats[place] - run.Scratch.Gradients[place]);
            bool isPosition = parameter.Matrix == (int)AttentionMatrix.Embedding && parameter.Unit < run.Shape.Inputs;
            bool isWeight = parameter.Layer == 0 && parameter.Input < run.Shape.Inputs;
            bool first = run.Attends ? isPosition : isWeight;
            bool isRelevant = IsRelevant(run, run.Attends ? parameter.Unit : parameter.Input);
            all = Larger(distance, all);
            relevant = Larger(first && isRelevant ? distance : 0f, relevant);
            irrelevant = Larger(first && !isRelevant ? distance : 0f, irrelevant);
        }

        maxima.Set(0, all);
        maxima.Set(1, relevant);
        maxima.Set(2, irrelevant);
    }

    /// <summary>Largest gap of this thread's units, from the gradients in the scratch, which are sums over all 2^n inputs.</summary>
    public static void FindGap(GeneralSlot run, GroupMaxima maxima)
    {
        float largest = float.NegativeInfinity;
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Thread.Count)
        {
            float smallestRelevant = float.PositiveInfinity;
            float largestIrrelevant = 0f;
            for (int i = 0; i < run.Shape.Inputs; i++)
            {
                float size = run.IsConnected(j, i)
                    ? Magnitude(run.Scratch.Gradients[FirstLayerLayout.Index(run.Shape.Inputs, j, i)])
                    : 0f;
                bool relevant = IsRelevant(run, i);
                smallestRelevant = Smaller(relevant ? size : float.PositiveInfinity, smallestRelevant);
                largestIrrelevant = Larger(relevant ? 0f : size, largestIrrelevant);
            }

            largest = Larger(smallestRelevant - largestIrrelevant, largest);
        }

        maxima.Set(0, largest);
    }

    private static bool IsRelevant(GeneralSlot run, int input)
    {
        bool found = false;
        for (int q = 0; q < run.Settings.Degree; q++)
            found |= run.Subset[q] == input;

        return found;
    }

    /// <summary>|value|, and +∞ for NaN: the bits of floats sort by magnitude.</summary>
    private static float Magnitude(float value) =>
        Interop.IntAsFloat(Math.Min(Interop.FloatAsInt(value) & 0x7FFFFFFFu, 0x7F800000u));
}
