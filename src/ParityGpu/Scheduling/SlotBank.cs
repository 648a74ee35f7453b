using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Scheduling;

/// <summary>Which kernels train a point.</summary>
public enum KernelPath
{
    /// <summary>Population counts: the two-layer ReLU network with hinge loss and plain SGD on fresh batches.</summary>
    Counts,

    /// <summary>Real numbers: everything (kernels/NUMERICS.md, the general path).</summary>
    General,
}

/// <summary>What all runs of a bank share: the launch arguments.</summary>
public sealed record BankShape
{
    public required int Inputs { get; init; }

    public required int Width { get; init; }

    public required int Batch { get; init; }

    /// <summary>Largest parity degree.</summary>
    public required int Degree { get; init; }

    public required KernelPath Path { get; init; }

    public required Model Model { get; init; }

    public required Activation Activation { get; init; }

    public required int Depth { get; init; }

    public required int Embedding { get; init; }

    public required int Heads { get; init; }

    public required int HeadSize { get; init; }

    public required Optimizer Optimizer { get; init; }

    /// <summary>Points of the finite sample, or 0.</summary>
    public required int Samples { get; init; }

    /// <summary>Most phases of a schedule.</summary>
    public required int Phases { get; init; }

    /// <summary>The shape a point needs. <paramref name="path"/> is the point's own unless given.</summary>
    public static BankShape Of(Point point, KernelPath? path = null) => new()
    {
        Inputs = point.N,
        Width = point.Width,
        Batch = point.Batch,
        Degree = point.K,
        Path = path ?? PathOf(point),
        Model = point.Model,
        Activation = point.Activation,
        Depth = point.Depth,
        Embedding = point.DEmb,
        Heads = point.Heads,
        HeadSize = point.DAttn,
        Optimizer = point.Optimizer,
        Samples = point.Samples,
        Phases = point.Schedule.Phases.Length,
    };

    /// <summary>The point's shape without what a bank can hold more of than a point needs: equal for points that share a bank.</summary>
    public static BankShape KeyOf(Point point) => Of(point) with { Degree = 0, Phases = 0 };

    /// <summary>The shape of a bank for points of one key.</summary>
    public static BankShape Covering(IReadOnlyList<Point> points) => Of(points[0]) with
    {
        Degree = points.Max(point => point.K),
        Phases = points.Max(point => point.Schedule.Phases.Length),
    };

    /// <summary>The launch arguments of a bank.</summary>
    public LaunchShape Launch(int slots) => new()
    {
        Inputs = Inputs,
        Width = Width,
        Batch = Batch,
        Slots = slots,
        SubsetStride = Degree,
        Model = (int)Model,
        Activation = (int)Activation,
        Depth = Depth,
        Embedding = Embedding,
        Heads = Heads,
        HeadSize = HeadSize,
        Optimizer = (int)Optimizer,
        Samples = Samples,
        Phases = Phases,
        Coefficients = Activation == Activation.Polynomial ? Degree + 1 : 1,
    };

    private static KernelPath PathOf(Point point) =>
        point.Model == Model.Mlp && point.Activation == Activation.Relu && point.Output == OutputLayer.Trained
        && point.Loss == Loss.Hinge && point.Init != Init.Sparse && point.Biases == InitialBiases.Random && point.Optimizer == Optimizer.Sgd
        && point.Train == TrainedLayers.All && point.Samples == 0 && point.Noise == 0 && point.TargetAccuracy == 1
        && point.Schedule.Equals(Schedule.Constant)
            ? KernelPath.Counts
            : KernelPath.General;
}

/// <summary>Which vectors the CPU's kernels use; the bits are the same.</summary>
public enum CpuVectors
{
    Widest,
    None,
}

/// <summary>
/// R slots on a device, one network each, and the launch that advances them all. Points that differ only in per-slot
/// columns share a bank.
/// </summary>
public sealed class SlotBank : IDisposable
{
    private const long HostBytesWanted = 4L << 20;
    private const int SlotsPerThread = 1024;
    private const int FewestSlotsPerThread = 8;
    private const long LargeRunBytes = 16L << 20;

    private readonly Device device;
    private readonly BankShape bank;
    private readonly NetBuffers net;
    private readonly ArrayView<float> weights;
    private readonly MemoryBuffer1D<RunSettings, Stride1D.Dense> settings;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> subsets;
    private readonly MemoryBuffer1D<RunState, Stride1D.Dense> states;
    private readonly MemoryBuffer1D<SchedulePhase, Stride1D.Dense> phases;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> coefficients;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> requests;
    private readonly MemoryBuffer1D<RunMeasure, Stride1D.Dense> measures;
    private readonly RunSettings[] hostSettings;
    private readonly int[] hostSubsets;
    private readonly SchedulePhase[] hostPhases;
    private readonly float[] hostCoefficients;
    private readonly RunState[] hostStates;
    private readonly Action<LaunchShape> launch;
    private readonly Lazy<Action<LaunchShape>> measure;
    private readonly List<MemoryBuffer> buffers = [];
    private LaunchShape shape;
    private bool loaded;

    /// <summary>
    /// Allocates a bank.
    /// </summary>
    /// <param name="device">Where the slots live.</param>
    /// <param name="bank">Shape of the networks.</param>
    /// <param name="slots">Number of slots.</param>
    /// <param name="vectors">On a CPU, whether to use its vectors.</param>
    /// <exception cref="UserErrorException">The device's memory is too small.</exception>
    public SlotBank(Device device, BankShape bank, int slots, CpuVectors vectors = CpuVectors.Widest)
    {
        this.device = device;
        this.bank = bank;
        shape = bank.Launch(slots);
        hostSettings = new RunSettings[slots];
        hostSubsets = new int[(long)slots * shape.SubsetStride];
        hostPhases = new SchedulePhase[(long)slots * shape.Phases];
        hostCoefficients = new float[(long)slots * shape.Coefficients];
        hostStates = new RunState[slots];
        try
        {
            weights = AllocateAligned(slots * RunFloats(bank));
            settings = Allocate<RunSettings>(slots);
            subsets = Allocate<int>(hostSubsets.Length);
            phases = Allocate<SchedulePhase>(hostPhases.Length);
            coefficients = Allocate<float>(hostCoefficients.Length);
            states = Allocate<RunState>(slots);
            requests = Allocate<int>(slots);
            measures = Allocate<RunMeasure>(slots);
            net = new NetBuffers
            {
                Runs = weights,
                Settings = settings.View,
                Subsets = subsets.View,
                Phases = phases.View,
                Coefficients = coefficients.View,
                Data = Allocate<uint>(Math.Max(1, slots * NetLayout.DataWords(shape))).View,
                States = states.View,
            };
            bool attends = bank.Model == Model.Transformer;
            launch = (device.IsCpu, bank.Path) switch
            {
                (true, KernelPath.Counts) => LoadSimd(vectors),
                (true, _) => LoadNetSimd(vectors == CpuVectors.Widest ? NetSimd.Kernel : NetSimd.ScalarKernel),
                (false, KernelPath.Counts) => LoadSimt(),
                _ => LoadNetSimt(attends ? NetSimt.TransformerKernel : NetSimt.Kernel),
            };
            measure = new(() => device.IsCpu
                ? LoadNetSimd(NetSimd.MeasureKernel)
                : LoadNetSimt(attends ? NetSimt.TransformerMeasureKernel : NetSimt.MeasureKernel));
        }
        catch (Exception e) when (e is OutOfMemoryException or AcceleratorException)
        {
            Dispose();
            throw new UserErrorException(
                $"--width {bank.Width}: {slots} networks of n = {bank.Inputs}, B = {bank.Batch} do not fit the memory of {device.Name} ({e.Message.ReplaceLineEndings(" ")}); use fewer neurons or another device",
                e);
        }
    }

    /// <summary>Slots R.</summary>
    public int Slots => shape.Slots;

    /// <summary>States of all slots after the last launch.</summary>
    public ReadOnlySpan<RunState> States => hostStates;

    /// <summary>
    /// How many slots keep a device busy: enough for every thread to have work when most runs of a launch end early,
    /// few enough to stay in cache (CPU) or memory (GPU).
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="bank">Shape of the networks.</param>
    /// <param name="runs">Runs there are to train; more slots would stay empty.</param>
    public static int SuitableSlots(Device device, BankShape bank, long runs)
    {
        var launchShape = bank.Launch(1);
        long runBytes = (sizeof(float) * RunFloats(bank)) + (sizeof(uint) * NetLayout.DataWords(launchShape));
        long slots;
        if (device.IsCpu)
        {
            int fewest = device.Threads * (runBytes < LargeRunBytes ? FewestSlotsPerThread : 1);
            slots = Math.Clamp(HostBytesWanted / runBytes, fewest, (long)device.Threads * SlotsPerThread);
        }
        else
        {
            var accelerator = device.Accelerator;
            bool counts = bank.Path == KernelPath.Counts;
            long slotBytes = runBytes
                + (sizeof(uint) * (counts ? MlpSimt.ScratchWords(launchShape) : NetSimt.ScratchWords(launchShape)));
            int group = counts ? MlpSimt.GroupSize(launchShape) : NetSimt.GroupSize(launchShape);
            int groupsAtOnce = Math.Max(1, accelerator.MaxNumThreadsPerMultiprocessor / group);
            long resident = (long)accelerator.NumMultiprocessors * groupsAtOnce;
            slots = Math.Clamp(accelerator.MemorySize / 2 / slotBytes, 1, resident);
        }

        return (int)Math.Min(slots, runs);
    }

    /// <summary>Loads a run into a slot; the next launch starts it.</summary>
    public void Load(int slot, Point point, long seed)
    {
        hostSettings[slot] = RunPlan.Settings(point, seed);
        RunPlan.Subset(point, seed).CopyTo(hostSubsets, (long)slot * shape.SubsetStride);
        RunPlan.Phases(point).CopyTo(hostPhases, (long)slot * shape.Phases);
        if (point.Activation == Activation.Polynomial)
        {
            float[] polynomial = [.. RunPlan.PolynomialCoefficients(point.K).Select(c => (float)c)];
            polynomial.CopyTo(hostCoefficients, (long)slot * shape.Coefficients);
        }

        hostStates[slot] = new RunState { Phase = (int)RunPhase.Fresh };
        loaded = true;
    }

    /// <summary>Makes a running slot wait once it has taken so many steps, more than it has taken now; 0 for not at all.</summary>
    public void StopAt(int slot, long steps)
    {
        hostStates[slot].StopAt = steps;
        loaded = true;
    }

    /// <summary>Empties a slot.</summary>
    public void Clear(int slot)
    {
        hostStates[slot] = default;
        loaded = true;
    }

    /// <summary>Advances every slot by up to <paramref name="steps"/> steps and reads the states back.</summary>
    /// <returns>How long the device took.</returns>
    public TimeSpan Launch(int steps)
    {
        if (loaded)
        {
            settings.CopyFromCPU(hostSettings);
            subsets.CopyFromCPU(hostSubsets);
            phases.CopyFromCPU(hostPhases);
            coefficients.CopyFromCPU(hostCoefficients);
            states.CopyFromCPU(hostStates);
            loaded = false;
        }

        long start = Stopwatch.GetTimestamp();
        shape.ChunkSteps = steps;
        launch(shape);
        device.Accelerator.Synchronize();
        var elapsed = Stopwatch.GetElapsedTime(start);
        states.CopyToCPU(hostStates);
        return elapsed;
    }

    /// <summary>Looks inside the runs whose request is not <see cref="MeasureRequest.None"/>, without changing them.</summary>
    /// <param name="wanted">[slots], <see cref="MeasureRequest"/>s.</param>
    /// <returns>[slots]; arbitrary where nothing was asked for.</returns>
    public RunMeasure[] Measure(int[] wanted)
    {
        requests.CopyFromCPU(wanted);
        measure.Value(shape);
        device.Accelerator.Synchronize();
        return measures.GetAsArray1D();
    }

    /// <summary>The parameters of one slot, laid out as <see cref="NetLayout"/> says.</summary>
    public float[] ReadWeights(int slot) =>
        weights.SubView(slot * RunFloats(bank), NetLayout.Parameters(shape)).GetAsArray();

    public void Dispose()
    {
        foreach (var buffer in buffers)
            buffer.Dispose();
    }

    private static long RunFloats(BankShape bank) => NetLayout.RunFloats(bank.Launch(1));

    private MemoryBuffer1D<T, Stride1D.Dense> Allocate<T>(long length)
        where T : unmanaged
    {
        var buffer = device.Accelerator.Allocate1D<T>(length);
        buffers.Add(buffer);
        return buffer;
    }

    // ILGPU's CPU buffers are aligned to 16 bytes; vectors that straddle cache lines cost double.
    private ArrayView<float> AllocateAligned(long length)
    {
        const int LineBytes = 64;
        var buffer = Allocate<float>(length + (LineBytes / sizeof(float)));
        long misaligned = device.IsCpu ? -buffer.NativePtr & (LineBytes - 1) : 0;
        return buffer.View.BaseView.SubView(misaligned / sizeof(float), length);
    }

    private Action<LaunchShape> LoadSimd(CpuVectors vectors)
    {
        var accelerator = device.Accelerator;
        int workers = device.Threads;
        var scratch = Allocate<byte>(workers * MlpSimd.ScratchBytes(shape));
        var nextSlot = Allocate<int>(1);
        var kernel = accelerator.LoadKernel<
            LaunchShape, ArrayView<float>, ArrayView<RunSettings>, ArrayView<int>, ArrayView<RunState>, ArrayView<byte>, ArrayView<int>>(
            vectors == CpuVectors.Widest ? MlpSimd.Kernel : MlpSimd.ScalarKernel);
        return arguments =>
        {
            nextSlot.MemSetToZero();
            kernel(
                accelerator.DefaultStream,
                new KernelConfig(workers, 1),
                arguments,
                weights,
                settings.View,
                subsets.View,
                states.View,
                scratch.View,
                nextSlot.View);
        };
    }

    private Action<LaunchShape> LoadSimt()
    {
        var accelerator = device.Accelerator;
        var scratch = Allocate<uint>(shape.Slots * MlpSimt.ScratchWords(shape));
        var kernel = accelerator.LoadKernel<
            LaunchShape, ArrayView<float>, ArrayView<RunSettings>, ArrayView<int>, ArrayView<RunState>, ArrayView<uint>>(
            MlpSimt.Kernel);
        return arguments => kernel(
            accelerator.DefaultStream,
            new KernelConfig(arguments.Slots, MlpSimt.GroupSize(arguments)),
            arguments,
            weights,
            settings.View,
            subsets.View,
            states.View,
            scratch.View);
    }

    private Action<LaunchShape> LoadNetSimd(
        Action<LaunchShape, NetBuffers, ArrayView<int>, ArrayView<RunMeasure>, ArrayView<byte>, ArrayView<int>> body)
    {
        var accelerator = device.Accelerator;
        int workers = device.Threads;
        var scratch = Allocate<byte>(workers * NetSimd.ScratchBytes(shape));
        var nextSlot = Allocate<int>(1);
        var kernel = accelerator.LoadKernel(body);
        return arguments =>
        {
            nextSlot.MemSetToZero();
            kernel(
                accelerator.DefaultStream,
                new KernelConfig(workers, 1),
                arguments,
                net,
                requests.View,
                measures.View,
                scratch.View,
                nextSlot.View);
        };
    }

    private Action<LaunchShape> LoadNetSimt(
        Action<LaunchShape, NetBuffers, ArrayView<int>, ArrayView<RunMeasure>, ArrayView<uint>> body)
    {
        var accelerator = device.Accelerator;
        var scratch = Allocate<uint>(shape.Slots * NetSimt.ScratchWords(shape));
        var kernel = accelerator.LoadKernel(body);
        return arguments => kernel(
            accelerator.DefaultStream,
            new KernelConfig(arguments.Slots, NetSimt.GroupSize(arguments)),
            arguments,
            net,
            requests.View,
            measures.View,
            scratch.View);
    }
}
