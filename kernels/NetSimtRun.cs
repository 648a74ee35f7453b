using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>
/// The scratch words of a slot, all regions multiples of four words: the inputs of 32 samples, values and slopes of the hidden
/// units on them, a float per parameter, and a transformer's own.
/// </summary>
internal readonly struct NetSimtScratch
{
    /// <summary>Bit-sliced inputs of 32 samples, padded to groups of four.</summary>
    public readonly ArrayView<uint> Window;

    /// <summary>
    /// [hidden layer][padded unit][sample]: z, then σ(z); of a product, z.
    /// </summary>
    public readonly ArrayView<float> Values;

    /// <summary>The same shape: σ′(z), or the product of the factors before a column; then d = −∂ℓ/∂z.</summary>
    public readonly ArrayView<float> Slopes;

    /// <summary>Laid out like the parameters: gradients, sums over the words of a batch so far; or the initial parameters.</summary>
    public readonly ArrayView<float> Gradients;

    /// <summary>See <see cref="AttentionScratch"/>; of no use where the network is no transformer.</summary>
    public readonly ArrayView<float> Attention;

    private NetSimtScratch(
        ArrayView<uint> window, ArrayView<float> values, ArrayView<float> slopes, ArrayView<float> gradients, ArrayView<float> attention)
    {
        Window = window;
        Values = values;
        Slopes = slopes;
        Gradients = gradients;
        Attention = attention;
    }

    public static long Words(LaunchShape shape) =>
        WindowWords(shape) + (2 * UnitWords(shape)) + NetLayout.Parameters(shape) + AttentionWords(shape);

    public static NetSimtScratch Of(ArrayView<uint> scratch, LaunchShape shape, int slot)
    {
        var words = scratch.SubView(slot * Words(shape), Words(shape));
        long units = UnitWords(shape);
        long values = WindowWords(shape);
        long gradients = values + (2 * units);
        long attention = gradients + NetLayout.Parameters(shape);
        return new NetSimtScratch(
            words.SubView(0, values),
            words.SubView(values, units).Cast<float>(),
            words.SubView(values + units, units).Cast<float>(),
            words.SubView(gradients, NetLayout.Parameters(shape)).Cast<float>(),
            words.SubView(attention, AttentionWords(shape)).Cast<float>());
    }

    /// <summary>A few where there is no attention: ILGPU's checks refuse an empty view at the end of a buffer.</summary>
    private static long AttentionWords(LaunchShape shape) => Math.Max(MlpLayout.Group, AttentionScratch.Words(shape));

    private static long WindowWords(LaunchShape shape) => MlpLayout.Groups(shape.Inputs) * MlpLayout.Group;

    private static long UnitWords(LaunchShape shape) =>
        (NetLayout.DenseLayers(shape) + 1L) * NetLayout.PaddedWidth(shape) * MlpLayout.WordSamples;
}

/// <summary>Shared memory of a group on the general path.</summary>
internal readonly struct NetSimtMemory
{
    /// <summary>Signs of the inputs and lane sums.</summary>
    public readonly ForwardMemory Forward;

    /// <summary>f_b, [sample].</summary>
    public readonly ArrayView<float> Outputs;

    /// <summary>g_b = −∂ℓ/∂f, [sample].</summary>
    public readonly ArrayView<float> Descents;

    /// <summary>1 where a sample is an error, [sample].</summary>
    public readonly ArrayView<uint> Wrong;

    /// <summary>Places in the finite sample, [sample].</summary>
    public readonly ArrayView<uint> Places;

    /// <summary>Flipped labels: of four samples of two stream words each, then of the window.</summary>
    public readonly ArrayView<uint> Flips;

    private NetSimtMemory(
        ForwardMemory forward, ArrayView<float> outputs, ArrayView<float> descents, ArrayView<uint> wrong,
        ArrayView<uint> places, ArrayView<uint> flips)
    {
        Forward = forward;
        Outputs = outputs;
        Descents = descents;
        Wrong = wrong;
        Places = places;
        Flips = flips;
    }

    public static NetSimtMemory Allocate() => new(
        ForwardMemory.Allocate(),
        SharedMemory.Allocate<float>(MlpLayout.WordSamples),
        SharedMemory.Allocate<float>(MlpLayout.WordSamples),
        SharedMemory.Allocate<uint>(MlpLayout.WordSamples),
        SharedMemory.Allocate<uint>(MlpLayout.WordSamples),
        SharedMemory.Allocate<uint>(NetSimtSamples.WindowFlips + 1));
}

/// <summary>Everything the threads of one group know of their run.</summary>
internal readonly struct NetSimtRun
{
    public readonly LaunchShape Shape;
    public readonly RunSettings Settings;

    /// <summary>The relevant inputs.</summary>
    public readonly ArrayView<int> Subset;

    /// <summary>The schedule.</summary>
    public readonly ArrayView<SchedulePhase> Phases;

    /// <summary>c_0 … c_k of a polynomial activation.</summary>
    public readonly ArrayView<float> Coefficients;

    /// <summary>The finite sample, [point][word of the row].</summary>
    public readonly ArrayView<uint> Data;

    /// <summary>Parameters, moments, Adam's powers (<see cref="NetLayout"/>).</summary>
    public readonly ArrayView<float> Floats;
    public readonly NetSimtScratch Scratch;
    public readonly SimtThread Thread;

    /// <summary>Whether the network is a transformer: a constant of the kernel, so that each has the code of its networks only.</summary>
    public readonly bool Attends;

    public NetSimtRun(LaunchShape shape, NetBuffers buffers, ArrayView<uint> scratch, int slot, bool attends)
    {
        Shape = shape;
        Attends = attends;
        Settings = buffers.Settings[slot];
        Subset = buffers.Subsets.SubView((long)slot * shape.SubsetStride, shape.SubsetStride);
        Phases = buffers.Phases.SubView((long)slot * shape.Phases, shape.Phases);
        Coefficients = buffers.Coefficients.SubView((long)slot * shape.Coefficients, shape.Coefficients);
        Data = buffers.Data.SubView(slot * NetLayout.DataWords(shape), NetLayout.DataWords(shape));
        Floats = buffers.Runs.SubView(slot * NetLayout.RunFloats(shape), NetLayout.RunFloats(shape));
        Scratch = NetSimtScratch.Of(scratch, shape, slot);
        Thread = new SimtThread(Group.IdxX, Group.DimX);
    }

    /// <summary>Whether the network is a product of columns, without an output layer.</summary>
    public bool IsProduct => Shape.Model == (int)Model.Polynet || Shape.Model == (int)Model.DisjointPolynet;

    /// <summary>Inputs of the first layer; of a transformer, those of its readout.</summary>
    public int FirstInputs => Attends ? Shape.Embedding : Shape.Inputs;

    /// <summary>Hidden layers (a product's columns are one).</summary>
    public int HiddenLayers => NetLayout.DenseLayers(Shape) + 1;

    /// <summary>Index, from 0, of the hidden layer that the output reads after <paramref name="steps"/> steps.</summary>
    public int LastLayer(long steps) => Settings.Train == (int)TrainedLayers.Layerwise
        ? (int)Math.Min(HiddenLayers - 1, steps / Settings.StageSteps)
        : HiddenLayers - 1;

    /// <summary>Lowest hidden layer that the step trains where the output reads layer <paramref name="last"/>; last + 1 for none.</summary>
    public int LowestTrained(int last) =>
        Settings.Train == (int)TrainedLayers.All ? 0 : Settings.Train == (int)TrainedLayers.Layerwise ? last : last + 1;

    /// <summary>Whether there is an output layer that is trained.</summary>
    public bool TrainsOutput => !IsProduct && Settings.Output == (int)OutputLayer.Trained;

    /// <summary>Whether the network has a weight from input i (n: the bias) to column j.</summary>
    public bool IsConnected(int j, int i) =>
        Shape.Model != (int)Model.DisjointPolynet || (i < Shape.Inputs && i / (Shape.Inputs / Shape.Width) == j);

    /// <summary>The rows of one block of units of the first layer, [row][lane].</summary>
    public ArrayView<float> Block(int block)
    {
        long floats = MlpLayout.Rows(Shape.Inputs) * MlpLayout.Lanes;
        return Floats.SubView(block * floats, floats);
    }

    /// <summary>Weight of unit j in the output.</summary>
    public float OutputWeight(int j) => Floats[MlpLayout.Index(FirstInputs, j, FirstInputs + 1)];

    /// <summary>A row of a transformer's embeddings.</summary>
    public ArrayView<float> Embedding(int row)
    {
        int padded = TransformerLayout.PaddedEmbedding(Shape);
        return Floats.SubView(TransformerLayout.Embeddings(Shape) + ((long)row * padded), padded);
    }

    /// <summary>Where the samples of a unit start in the scratch's values and slopes.</summary>
    public long Unit(int layer, int unit) =>
        (((long)layer * NetLayout.PaddedWidth(Shape)) + unit) * MlpLayout.WordSamples;
}
