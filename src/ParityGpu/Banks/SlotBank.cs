using System.Diagnostics;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using Device = ParityGpu.Devices.Device;
using Simd = ParityGpu.Kernels.Simd;

namespace ParityGpu.Banks;

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
public sealed class SlotBank : IRunBank
{
    private readonly Device device;
    private readonly BankShape bank;

    /// <summary>The bank's own stream on a GPU, where banks run concurrently.</summary>
    private readonly AcceleratorStream stream;
    private readonly RunBuffers net;
    private readonly ArrayView<float> weights;
    private readonly MemoryBuffer1D<RunSettings, Stride1D.Dense> settings;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> subsets;
    private readonly MemoryBuffer1D<RunState, Stride1D.Dense> states;
    private readonly MemoryBuffer1D<SchedulePhase, Stride1D.Dense> phases;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> coefficients;
    private readonly MemoryBuffer1D<Monomial, Stride1D.Dense> monomials;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> tasks;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> taskLosses;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> requests;
    private readonly MemoryBuffer1D<RunMeasure, Stride1D.Dense> measures;
    private readonly RunSettings[] hostSettings;
    private readonly int[] hostSubsets;
    private readonly SchedulePhase[] hostPhases;
    private readonly float[] hostCoefficients;
    private readonly Monomial[] hostMonomials;
    private readonly int[] hostTasks;
    private readonly RunState[] hostStates;
    private readonly Action<LaunchShape> launch;
    private readonly Lazy<Action<LaunchShape>> measure;
    private readonly List<MemoryBuffer> buffers = [];
    private LaunchShape shape;
    private bool loaded = true;
    private long launched;

    /// <summary>
    /// Allocates a bank.
    /// </summary>
    /// <param name="device">Where the slots live.</param>
    /// <param name="bank">Shape of the networks.</param>
    /// <param name="slots">Number of slots.</param>
    /// <param name="vectors">On a CPU, whether to use its vectors.</param>
    /// <exception cref="DeviceMemoryException">The device has too little free memory.</exception>
    /// <exception cref="KernelRefusedException">The driver rejects the kernel.</exception>
    /// <exception cref="AcceleratorException">The device has failed.</exception>
    public SlotBank(Device device, BankShape bank, int slots, CpuVectors vectors = CpuVectors.Widest)
    {
        this.device = device;
        this.bank = bank;
        shape = bank.Launch(slots);
        hostSettings = new RunSettings[(long)slots * shape.InputPhases];
        hostSubsets = new int[(long)slots * shape.SubsetStride];
        hostPhases = new SchedulePhase[(long)slots * shape.Phases];
        hostCoefficients = new float[(long)slots * shape.Coefficients];
        hostMonomials = new Monomial[(long)slots * shape.Monomials];
        hostTasks = new int[slots * TaskLayout.Entries(shape)];
        hostStates = new RunState[slots];
        stream = device.IsCpu ? device.Accelerator.DefaultStream : device.Accelerator.CreateStream();
        try
        {
            weights = AllocateAligned(slots * RunFloats(bank));
            settings = Allocate<RunSettings>(hostSettings.Length);
            subsets = Allocate<int>(hostSubsets.Length);
            phases = Allocate<SchedulePhase>(hostPhases.Length);
            coefficients = Allocate<float>(hostCoefficients.Length);
            monomials = Allocate<Monomial>(hostMonomials.Length);
            tasks = Allocate<int>(Math.Max(1, hostTasks.Length));
            taskLosses = Allocate<float>(Math.Max(1, (long)slots * shape.Tasks));
            states = Allocate<RunState>(slots);
            requests = Allocate<int>(slots);
            measures = Allocate<RunMeasure>(slots);
            net = new RunBuffers
            {
                Runs = weights,
                Settings = settings.View,
                Subsets = subsets.View,
                Phases = phases.View,
                Coefficients = coefficients.View,
                Monomials = monomials.View,
                Tasks = tasks.View,
                Data = Allocate<uint>(Math.Max(1, slots * RunLayout.DataWords(shape))).View,
                States = states.View,
                Requests = requests.View,
                Measures = measures.View,
                TaskLosses = taskLosses.View,
            };
            launch = (device.IsCpu, bank.Path) switch
            {
                (true, KernelPath.Counts) => LoadSimd<Simd.CountingKernel>(vectors),
                (true, _) => LoadSimd<Simd.GeneralKernel>(vectors),
                _ => LoadSimt(SimtKernels.Training(bank, slots, GroupLimits.Of(device.Accelerator))),
            };
            measure = new(() => device.IsCpu
                ? LoadSimd<Simd.MeasureKernel>(vectors)
                : LoadSimt(SimtKernels.Measuring(bank, slots)));
        }
        catch
        {
            GiveBack();
            throw;
        }
    }

    /// <summary>Raised when the bank frees its memory.</summary>
    public event Action? Disposed;

    /// <summary>Slots R.</summary>
    public int Slots => shape.Slots;

    /// <summary>States of all slots after the last launch.</summary>
    public ReadOnlySpan<RunState> States => hostStates;

    /// <summary>Device memory that the bank uses.</summary>
    public long DeviceBytes => buffers.Sum(buffer => buffer.LengthInBytes);

    /// <summary>
    /// Allocates a bank of as many slots as there is memory for: other programs may have taken some since it was last queried.
    /// </summary>
    /// <param name="device">Where the slots live.</param>
    /// <param name="bank">Shape of the networks.</param>
    /// <param name="slots">Maximum number of slots, at least 1; halved until they fit.</param>
    /// <param name="isAlone">Whether the device has no other banks.</param>
    /// <param name="vectors">On a CPU, whether to use its vectors.</param>
    /// <returns>Null if other banks leave no memory for a single slot.</returns>
    /// <exception cref="UserErrorException">The device has no memory for a single slot.</exception>
    public static SlotBank? Create(
        Device device, BankShape bank, int slots, bool isAlone, CpuVectors vectors = CpuVectors.Widest)
    {
        while (true)
        {
            try
            {
                return new SlotBank(device, bank, slots, vectors);
            }
            catch (DeviceMemoryException) when (slots > 1)
            {
                slots /= 2;
            }
            catch (DeviceMemoryException) when (!isAlone)
            {
                return null;
            }
            catch (DeviceMemoryException e)
            {
                throw new UserErrorException(
                    $"--width {bank.Width}: a network of n = {bank.Inputs}, B = {bank.Batch} does not fit in the memory of {device.Name}: {e.Message}", e);
            }
        }
    }

    /// <summary>Loads a run into a slot; the next launch starts it.</summary>
    public void Load(int slot, Point point, long seed)
    {
        RunPlan.Stored(point, seed).CopyTo(hostSettings, (long)slot * shape.InputPhases);
        RunPlan.Subset(point, seed).CopyTo(hostSubsets, (long)slot * shape.SubsetStride);
        RunPlan.Phases(point).CopyTo(hostPhases, (long)slot * shape.Phases);
        RunPlan.Coefficients(point).CopyTo(hostCoefficients, (long)slot * shape.Coefficients);
        RunPlan.Monomials(point).CopyTo(hostMonomials, (long)slot * shape.Monomials);
        TaskPlan.Entries(point, shape).CopyTo(hostTasks, slot * TaskLayout.Entries(shape));
        hostStates[slot] = new RunState { Status = (int)RunStatus.Fresh };
        loaded = true;
    }

    /// <summary>
    /// Makes a running slot wait once it has taken <paramref name="steps"/> steps, which must be more than it has taken so far; 0 for no wait.
    /// </summary>
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

    /// <summary>Loads a run that continues from a snapshot, taken on this or another device.</summary>
    public void Load(int slot, Point point, RunSnapshot snapshot)
    {
        Load(slot, point, snapshot.Seed);
        Floats(slot).CopyFromCPU(stream, snapshot.Floats);
        if (snapshot.Data.Length > 0)
            Data(slot).CopyFromCPU(stream, snapshot.Data);

        hostStates[slot] = snapshot.State;
    }

    /// <summary>Everything that a running slot holds: parameters and moments, finite sample, state.</summary>
    public (float[] Floats, uint[] Data, RunState State) Save(int slot)
    {
        float[] floats = new float[RunFloats(bank)];
        uint[] data = new uint[RunLayout.DataWords(shape)];
        Floats(slot).CopyToCPU(stream, floats);
        if (data.Length > 0)
            Data(slot).CopyToCPU(stream, data);

        return (floats, data, hostStates[slot]);
    }

    /// <summary>Advances every slot by up to <paramref name="steps"/> steps and reads the states back.</summary>
    /// <returns>How long the device took.</returns>
    public TimeSpan Launch(int steps)
    {
        Begin(steps);
        return Finish();
    }

    /// <summary>Starts a launch of up to <paramref name="steps"/> steps of every slot; on a CPU it is over when this returns.</summary>
    public void Begin(int steps)
    {
        if (loaded)
        {
            settings.View.CopyFromCPU(stream, hostSettings);
            subsets.View.CopyFromCPU(stream, hostSubsets);
            phases.View.CopyFromCPU(stream, hostPhases);
            coefficients.View.CopyFromCPU(stream, hostCoefficients);
            monomials.View.CopyFromCPU(stream, hostMonomials);
            if (hostTasks.Length > 0)
                tasks.View.CopyFromCPU(stream, hostTasks);

            states.View.CopyFromCPU(stream, hostStates);
            loaded = false;
        }

        launched = Stopwatch.GetTimestamp();
        shape.ChunkSteps = steps;
        launch(shape);
    }

    /// <summary>Waits for the launch to end and reads the states back.</summary>
    /// <returns>How long the device took.</returns>
    public TimeSpan Finish()
    {
        stream.Synchronize();
        var elapsed = Stopwatch.GetElapsedTime(launched);
        states.View.CopyToCPU(stream, hostStates);
        return elapsed;
    }

    /// <summary>Measures the runs whose request is not <see cref="MeasureRequest.None"/>, without changing them.</summary>
    /// <param name="wanted">[slots], <see cref="MeasureRequest"/>s.</param>
    /// <returns>[slots]; arbitrary where nothing was requested.</returns>
    public RunMeasure[] Measure(int[] wanted)
    {
        requests.View.CopyFromCPU(stream, wanted);
        measure.Value(shape);
        var results = new RunMeasure[Slots];
        measures.View.CopyToCPU(stream, results);
        return results;
    }

    /// <inheritdoc/>
    public float[] TaskLosses(int slot) => taskLosses.View.BaseView.SubView((long)slot * shape.Tasks, shape.Tasks).GetAsArray();

    /// <summary>The parameters of one slot, laid out as <see cref="RunLayout"/> says.</summary>
    public float[] ReadWeights(int slot) =>
        weights.SubView(slot * RunFloats(bank), RunLayout.Parameters(shape)).GetAsArray();

    public void Dispose()
    {
        foreach (var buffer in buffers)
            buffer.Dispose();

        if (!device.IsCpu)
            stream.Dispose();

        Disposed?.Invoke();
    }

    private ArrayView<float> Floats(int slot) => weights.SubView(slot * RunFloats(bank), RunFloats(bank));

    private ArrayView<uint> Data(int slot) => net.Data.SubView(slot * RunLayout.DataWords(shape), RunLayout.DataWords(shape));

    private static long RunFloats(BankShape bank) => RunLayout.RunFloats(bank.Launch(1));

    private MemoryBuffer1D<T, Stride1D.Dense> Allocate<T>(long length)
        where T : unmanaged
    {
        try
        {
            var buffer = device.Accelerator.Allocate1D<T>(length);
            buffers.Add(buffer);
            return buffer;
        }
        catch (Exception e) when (DeviceMemoryException.Is(e))
        {
            throw new DeviceMemoryException(device.Accelerator, length * Unsafe.SizeOf<T>(), e);
        }
    }

    /// <summary>Frees what a failed constructor had allocated, without hiding the original failure.</summary>
    private void GiveBack()
    {
        try
        {
            Dispose();
        }
        catch (AcceleratorException)
        {
            // The device has failed, and its memory is lost with it.
        }
    }

    // ILGPU's CPU buffers are aligned to 16 bytes; vectors that straddle cache lines cost double.
    private ArrayView<float> AllocateAligned(long length)
    {
        const int LineBytes = 64;
        var buffer = Allocate<float>(length + (LineBytes / sizeof(float)));
        long misaligned = device.IsCpu ? -buffer.NativePtr & (LineBytes - 1) : 0;
        return buffer.View.BaseView.SubView(misaligned / sizeof(float), length);
    }

    private Action<LaunchShape> LoadSimd<TWork>(CpuVectors vectors)
        where TWork : Simd.ISlotWork
    {
        int workers = device.Threads;
        var scratch = Allocate<byte>(workers * TWork.ScratchBytes(shape));
        var nextSlot = Allocate<int>(1);
        var teams = Allocate<byte>(Math.Max(1, Simd.Workers.TeamBytes<TWork>(shape)));
        Action<LaunchShape, RunBuffers, ArrayView<byte>, ArrayView<int>, ArrayView<byte>> body =
            vectors == CpuVectors.Widest ? Simd.Workers.Kernel<TWork> : Simd.Workers.ScalarKernel<TWork>;
        var kernel = device.Accelerator.LoadKernel(body);
        return arguments =>
        {
            nextSlot.MemSetToZero(stream);
            teams.MemSetToZero(stream);
            kernel(stream, new KernelConfig(workers, 1), arguments, net, scratch.View, nextSlot.View, teams.View);
        };
    }

    private Action<LaunchShape> LoadSimt(SimtLaunch plan)
    {
        var scratch = Allocate<uint>(Math.Max(1, plan.Shape.Slots * plan.ScratchWords));
        var kernel = plan.Load(device.Accelerator)
            .CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, LaunchShape, RunBuffers, ArrayView<uint>>>();
        var config = plan.DynamicBytes > 0
            ? new KernelConfig(plan.Shape.Slots, plan.Threads, SharedMemoryConfig.RequestDynamic<byte>(plan.DynamicBytes))
            : new KernelConfig(plan.Shape.Slots, plan.Threads);
        return arguments => kernel(stream, config, plan.Shape with { ChunkSteps = arguments.ChunkSteps }, net, scratch.View);
    }
}
