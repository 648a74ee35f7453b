using ILGPU;
using ILGPU.Runtime;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using Simt = ParityGpu.Kernels.Simt;

namespace ParityGpu.Tests.Kernels;

/// <summary>One run of a test: settings and relevant inputs, whose number is the settings' degree.</summary>
internal sealed class SimtCase(RunSettings settings, int[] subset)
{
    public RunSettings Settings { get; } = settings with { Degree = subset.Length };

    public int[] Subset { get; } = subset;
}

/// <summary>Slots of one shape on an accelerator, driven by <see cref="Simt.CountingKernel.Kernel"/>.</summary>
internal sealed class SimtSlots : IDisposable
{
    private readonly Accelerator accelerator;
    private readonly LaunchShape shape;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> weights;
    private readonly MemoryBuffer1D<RunSettings, Stride1D.Dense> settings;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> subsets;
    private readonly MemoryBuffer1D<RunState, Stride1D.Dense> states;
    private readonly MemoryBuffer1D<uint, Stride1D.Dense> scratch;
    private readonly Action<AcceleratorStream, KernelConfig, LaunchShape, ArrayView<float>, ArrayView<RunSettings>, ArrayView<int>,
        ArrayView<RunState>, ArrayView<uint>> kernel;

    public SimtSlots(Accelerator accelerator, int n, int width, int batch, int chunk, IReadOnlyList<SimtCase> cases)
    {
        this.accelerator = accelerator;
        shape = new LaunchShape
        {
            Inputs = n,
            Width = width,
            Batch = batch,
            Slots = cases.Count,
            SubsetStride = cases.Max(c => c.Subset.Length),
            ChunkSteps = chunk,
        };
        weights = accelerator.Allocate1D(Garbage(FirstLayerLayout.RunFloats(n, width) * cases.Count, float.NaN));
        settings = accelerator.Allocate1D(cases.Select(c => c.Settings).ToArray());
        subsets = accelerator.Allocate1D(cases.SelectMany(Padded).ToArray());
        states = accelerator.Allocate1D(
            cases.Select(_ => new RunState { Status = (int)RunStatus.Fresh, Steps = 99, CleanBatches = 99 }).ToArray());
        scratch = accelerator.Allocate1D(Garbage(Simt.CountingKernel.ScratchWords(shape) * cases.Count, 0xDEADBEEFu));
        kernel = DeviceKernels.Load<Action<AcceleratorStream, KernelConfig, LaunchShape, ArrayView<float>, ArrayView<RunSettings>,
            ArrayView<int>, ArrayView<RunState>, ArrayView<uint>>>(accelerator, Simt.CountingKernel.Kernel);
    }

    public RunState[] States => states.GetAsArray1D();

    /// <summary>The parameters of a slot.</summary>
    public float[] Weights(int slot)
    {
        int floats = (int)FirstLayerLayout.RunFloats(shape.Inputs, shape.Width);
        return weights.GetAsArray1D().AsSpan(slot * floats, floats).ToArray();
    }

    public void SetState(int slot, RunState state) => states.View.SubView(slot, 1).CopyFromCPU([state]);

    public void Launch()
    {
        kernel(
            accelerator.DefaultStream, new KernelConfig(shape.Slots, Simt.CountingKernel.GroupSize(shape)), shape, weights.View, settings.View,
            subsets.View, states.View, scratch.View);
        accelerator.Synchronize();
    }

    /// <summary>Launches until no slot is running.</summary>
    public void RunToEnd()
    {
        do
            Launch();
        while (States.Any(state => state.Status == (int)RunStatus.Running));
    }

    public void Dispose()
    {
        weights.Dispose();
        settings.Dispose();
        subsets.Dispose();
        states.Dispose();
        scratch.Dispose();
    }

    private static T[] Garbage<T>(long count, T value)
    {
        var values = new T[count];
        Array.Fill(values, value);
        return values;
    }

    private int[] Padded(SimtCase run) =>
        [.. run.Subset, .. Enumerable.Repeat(-1, shape.SubsetStride - run.Subset.Length)];
}
