using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>Largest values that the threads of a group found, of three kinds.</summary>
internal readonly struct NetSimtMaxima
{
    private const int Kinds = 3;
    private const int MaxThreads = SimtThread.MaxThreads;

    /// <summary>[kind][thread].</summary>
    private readonly ArrayView<float> found;

    private NetSimtMaxima(ArrayView<float> found) => this.found = found;

    public static NetSimtMaxima Allocate() => new(SharedMemory.Allocate<float>(Kinds * MaxThreads));

    /// <summary>Notes what this thread found.</summary>
    public void Set(int kind, float value) => found[(kind * MaxThreads) + Group.IdxX] = value;

    /// <summary>The largest value of all threads, once they have all noted theirs.</summary>
    public float Largest(int kind)
    {
        float largest = found[kind * MaxThreads];
        for (int thread = 1; thread < Group.DimX; thread++)
            largest = NetSimtMeasure.Larger(found[(kind * MaxThreads) + thread], largest);

        return largest;
    }
}

/// <summary>What a measurement is put together from.</summary>
internal static class NetSimtMeasure
{
    /// <summary>Looks at samples, in this order.</summary>
    public const int Training = 0;
    public const int HeldOut = 1;
    public const int Everything = 2;

    /// <summary>Where a look's samples come from.</summary>
    public static int Source(NetSimtRun run, int look) => look == Everything
        ? (int)SampleSource.Everything
        : look == HeldOut
            ? (int)SampleSource.HeldOut
            : run.Shape.Samples > 0 ? (int)SampleSource.Ordered : (int)SampleSource.Stream;

    /// <summary>How many there are.</summary>
    public static int Samples(NetSimtRun run, int look) => look == Everything
        ? 1 << run.Shape.Inputs
        : look == HeldOut ? run.Settings.TestSamples : run.Shape.Samples > 0 ? run.Shape.Samples : run.Shape.Batch;

    /// <summary>2^−n.</summary>
    public static float InverseOfEverything(NetSimtRun run) => Interop.IntAsFloat((uint)(127 - run.Shape.Inputs) << 23);

    /// <summary>The larger of two numbers; <paramref name="other"/> where one is NaN.</summary>
    public static float Larger(float value, float other) => value > other ? value : other;

    /// <summary>S ← fma(ℓ, 1, S).</summary>
    public static float AddLoss(NetSimtRun run, NetSimtMemory memory, uint labels, int sample, float sum)
    {
        float y = MlpSimtForward.Sign(labels, sample);
        return Canon.Fma(Losses<float, DeviceReals>.Value(run.Settings.Loss, y, memory.Outputs[sample]), 1f, sum);
    }

    /// <summary>
    /// Largest distances from the initial parameters in the scratch: of all, of relevant and of other weights of the first layer, or of a
    /// transformer's positions.
    /// </summary>
    public static void FindMovement(NetSimtRun run, NetSimtMaxima maxima)
    {
        int lane = run.Thread.Index % MlpLayout.Lanes;
        int lines = NetSimtPlaces.Lines(run);
        float all = 0f;
        float relevant = 0f;
        float irrelevant = 0f;
        for (int line = run.Thread.Index / MlpLayout.Lanes; line < lines; line += run.Thread.Count / MlpLayout.Lanes)
        {
            var parameter = NetSimtPlaces.At(run, line, lane);
            long place = ((long)line * MlpLayout.Lanes) + lane;
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

    /// <summary>Largest gap of this thread's units by the gradients in the scratch, sums over all 2^n inputs.</summary>
    public static void FindGap(NetSimtRun run, NetSimtMaxima maxima)
    {
        float largest = float.NegativeInfinity;
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Thread.Count)
        {
            float smallestRelevant = float.PositiveInfinity;
            float largestIrrelevant = 0f;
            for (int i = 0; i < run.Shape.Inputs; i++)
            {
                float size = run.IsConnected(j, i)
                    ? Magnitude(run.Scratch.Gradients[MlpLayout.Index(run.Shape.Inputs, j, i)])
                    : 0f;
                bool relevant = IsRelevant(run, i);
                smallestRelevant = relevant && size < smallestRelevant ? size : smallestRelevant;
                largestIrrelevant = Larger(relevant ? 0f : size, largestIrrelevant);
            }

            largest = Larger(smallestRelevant - largestIrrelevant, largest);
        }

        maxima.Set(0, largest);
    }

    private static bool IsRelevant(NetSimtRun run, int input)
    {
        bool found = false;
        for (int q = 0; q < run.Settings.Degree; q++)
            found |= run.Subset[q] == input;

        return found;
    }

    /// <summary>|value|, and +∞ for what is not a number: the bits of floats are in the order of their magnitudes.</summary>
    private static float Magnitude(float value) =>
        Interop.IntAsFloat(Math.Min(Interop.FloatAsInt(value) & 0x7FFFFFFFu, 0x7F800000u));
}
