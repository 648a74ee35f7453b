using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ParityGpu.Kernels;
using ParityGpu.Specs;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Scheduling;

/// <summary>What all runs of a bank share: the launch arguments.</summary>
public readonly record struct BankShape(int Inputs, int Width, int Batch, int LargestDegree)
{
    /// <summary>The shape a point needs.</summary>
    public static BankShape Of(Point point) => new(point.N, point.Width, point.Batch, point.K);
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
    private readonly ArrayView<float> weights;
    private readonly MemoryBuffer1D<RunSettings, Stride1D.Dense> settings;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> subsets;
    private readonly MemoryBuffer1D<RunState, Stride1D.Dense> states;
    private readonly RunSettings[] hostSettings;
    private readonly int[] hostSubsets;
    private readonly RunState[] hostStates;
    private readonly Action<LaunchShape> launch;
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
        shape = new LaunchShape
        {
            Inputs = bank.Inputs,
            Width = bank.Width,
            Batch = bank.Batch,
            SubsetStride = bank.LargestDegree,
            Slots = slots,
        };
        hostSettings = new RunSettings[slots];
        hostSubsets = new int[(long)slots * bank.LargestDegree];
        hostStates = new RunState[slots];
        try
        {
            weights = AllocateAligned(slots * MlpLayout.RunFloats(bank.Inputs, bank.Width));
            settings = Allocate<RunSettings>(slots);
            subsets = Allocate<int>(hostSubsets.Length);
            states = Allocate<RunState>(slots);
            launch = device.IsCpu ? LoadSimd(vectors) : LoadSimt();
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
        long runBytes = sizeof(float) * MlpLayout.RunFloats(bank.Inputs, bank.Width);
        long slots;
        if (device.IsCpu)
        {
            int fewest = device.Threads * (runBytes < LargeRunBytes ? FewestSlotsPerThread : 1);
            slots = Math.Clamp(HostBytesWanted / runBytes, fewest, (long)device.Threads * SlotsPerThread);
        }
        else
        {
            var accelerator = device.Accelerator;
            var launchShape = new LaunchShape { Inputs = bank.Inputs, Width = bank.Width, Batch = bank.Batch };
            long slotBytes = runBytes + (sizeof(uint) * MlpSimt.ScratchWords(launchShape));
            int groupsAtOnce = Math.Max(1, accelerator.MaxNumThreadsPerMultiprocessor / MlpSimt.GroupSize(launchShape));
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
        hostStates[slot] = new RunState { Phase = (int)RunPhase.Fresh };
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

    /// <summary>The parameters of one slot, laid out as <see cref="MlpLayout"/> says.</summary>
    public float[] ReadWeights(int slot)
    {
        long floats = MlpLayout.RunFloats(shape.Inputs, shape.Width);
        return weights.SubView(slot * floats, floats).GetAsArray();
    }

    /// <summary>
    /// Applies the step after <paramref name="step"/> steps to every slot's present weights by the chain rule in real
    /// numbers (<see cref="MlpGeneral"/>), leaving the states as they are.
    /// </summary>
    public void StepInRealNumbers(long step)
    {
        using var scratch = device.Accelerator.Allocate1D<float>(shape.Slots * MlpGeneral.ScratchFloats(shape));
        var kernel = device.Accelerator.LoadImplicitlyGroupedStreamKernel<
            Index1D, LaunchShape, long, ArrayView<float>, ArrayView<RunSettings>, ArrayView<int>, ArrayView<float>>(
            MlpGeneral.Step<Relu, Hinge>, device.ItemGroup);
        kernel(shape.Slots, shape, step, weights, settings.View, subsets.View, scratch.View);
        device.Accelerator.Synchronize();
    }

    public void Dispose()
    {
        foreach (var buffer in buffers)
            buffer.Dispose();
    }

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
}
