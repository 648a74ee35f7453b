global using CountingSlot = ParityGpu.Kernels.Simt.Slot<ParityGpu.Kernels.Simt.CountingMemory>;
global using GeneralSlot = ParityGpu.Kernels.Simt.Slot<ParityGpu.Kernels.Simt.GeneralScratch>;
global using NarrowSlot = ParityGpu.Kernels.Simt.Slot<ParityGpu.Kernels.Simt.NarrowMemory>;
using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Everything the threads of one group know of their run.</summary>
/// <typeparam name="TScratch">Scratch memory of the run's path.</typeparam>
internal readonly struct Slot<TScratch>
    where TScratch : struct
{
    public readonly LaunchShape Shape;
    public readonly RunSettings Settings;

    /// <summary>[phase of the inputs]: the settings in their buffer. What only the draws of samples need is read from here, so that it occupies no registers.</summary>
    public readonly ArrayView<RunSettings> Stored;

    /// <summary>The relevant inputs.</summary>
    public readonly ArrayView<int> Subset;

    /// <summary>The schedule.</summary>
    public readonly ArrayView<SchedulePhase> Phases;

    /// <summary>c_0 … c_k of a polynomial activation.</summary>
    public readonly ArrayView<float> Coefficients;

    /// <summary>The terms of a polynomial target.</summary>
    public readonly ArrayView<Monomial> Monomials;

    /// <summary>The tasks (<see cref="TaskLayout"/>).</summary>
    public readonly ArrayView<int> Tasks;

    /// <summary>The finite sample, [point][word of the row].</summary>
    public readonly ArrayView<uint> Data;

    /// <summary>Parameters, moments, Adam's powers (<see cref="RunLayout"/>).</summary>
    public readonly ArrayView<float> Floats;
    public readonly GroupThread Thread;

    /// <summary>Whether the network is a transformer: a constant of the kernel, so that each kernel contains only the code of its networks.</summary>
    public readonly bool Attends;

    /// <summary>Whether samples belong to several tasks: a constant of the kernel for the same reason.</summary>
    public readonly bool HasTasks;

    public Slot(LaunchShape shape, RunBuffers buffers, int slot, bool attends = false, bool hasTasks = false)
    {
        Shape = shape;
        Attends = attends;
        HasTasks = hasTasks;
        Stored = buffers.Settings.SubView((long)slot * shape.InputPhases, shape.InputPhases);
        Settings = Stored[0];
        Subset = buffers.Subsets.SubView((long)slot * shape.SubsetStride, shape.SubsetStride);
        Phases = buffers.Phases.SubView((long)slot * shape.Phases, shape.Phases);
        Coefficients = buffers.Coefficients.SubView((long)slot * shape.Coefficients, shape.Coefficients);
        Monomials = buffers.Monomials.SubView((long)slot * shape.Monomials, shape.Monomials);
        Tasks = buffers.Tasks.SubView(slot * TaskLayout.Entries(shape), TaskLayout.Entries(shape));
        Data = buffers.Data.SubView(slot * RunLayout.DataWords(shape), RunLayout.DataWords(shape));
        Floats = buffers.Runs.SubView(slot * RunLayout.RunFloats(shape), RunLayout.RunFloats(shape));
        Thread = new GroupThread(Group.IdxX, Group.DimX);
    }

    public TScratch Scratch { get; init; }

    /// <summary>Whether the network is a product of columns.</summary>
    public bool IsProduct => !Attends && ((Model)Shape.Model).IsProduct();

    /// <summary>Whether an output layer reads the last hidden layer.</summary>
    public bool HasOutputLayer => Attends || ((Model)Shape.Model).HasOutputLayer();

    /// <summary>Inputs of the first layer; for a transformer, those of its readout.</summary>
    public int FirstInputs => Attends ? Shape.Embedding : Shape.Inputs;

    /// <summary>Hidden layers (a product's columns are one).</summary>
    public int HiddenLayers => RunLayout.DenseLayers(Shape) + 1;

    /// <summary>Index, from 0, of the hidden layer that the output layer reads after <paramref name="steps"/> steps.</summary>
    public int LastLayer(long steps)
    {
        int last = Attends ? 0 : HiddenLayers - 1;
        if (Attends || Settings.Train != (int)TrainedLayers.Layerwise)
            return last;

        // Without a division, which compilers also compute where its result is not used.
        int layer = 0;
        for (long left = steps; layer < last && left >= Settings.StageSteps; left -= Settings.StageSteps)
            layer++;

        return layer;
    }

    /// <summary>Lowest hidden layer that the step trains if the output layer reads layer <paramref name="last"/>; last + 1 for none.</summary>
    public int LowestTrained(int last) =>
        Settings.Train == (int)TrainedLayers.All ? 0 : Settings.Train == (int)TrainedLayers.Layerwise ? last : last + 1;

    /// <summary>Whether there is an output layer that is trained.</summary>
    public bool TrainsOutput => HasOutputLayer && Settings.Output == (int)OutputLayer.Trained;

    /// <summary>Whether the network has a weight from input i (n: the bias) to column j.</summary>
    public bool IsConnected(int j, int i) =>
        Shape.Model != (int)Model.DisjointPolynet || (i < Shape.Inputs && i / (Shape.Inputs / Shape.Width) == j);

    /// <summary>The rows of one block of units of the first layer, [row][lane].</summary>
    public ArrayView<float> Block(int block)
    {
        long floats = FirstLayerLayout.Rows(Shape.Inputs) * Canon.Lanes;
        return Floats.SubView(block * floats, floats);
    }

    /// <summary>Where the output bias lies.</summary>
    public long OutputBias => FirstLayerLayout.OutputBias(FirstInputs, Shape.Width);

    /// <summary>Where the weight of unit j in the output lies; <see cref="Canon.Lanes"/> before it, the unit's bias.</summary>
    public int OutputPlace(int j) => ((((j >> 4) * (FirstInputs + 2)) + FirstInputs + 1) * Canon.Lanes) + (j & (Canon.Lanes - 1));

    /// <summary>A row of a transformer's embeddings.</summary>
    public ArrayView<float> Embedding(int row)
    {
        int padded = AttentionLayout.PaddedEmbedding(Shape);
        return Floats.SubView(AttentionLayout.Embeddings(Shape) + ((long)row * padded), padded);
    }

    /// <summary>Where the samples of a unit start in the scratch's values and slopes.</summary>
    public long Unit(int layer, int unit) =>
        (((long)layer * RunLayout.PaddedWidth(Shape)) + unit) * Canon.WordSamples;
}
