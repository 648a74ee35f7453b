using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.PtxMachine;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.KernelsOnMachine;

/// <summary>Slots on the PTX machine, driven as <see cref="SlotBank"/> drives them on a GPU.</summary>
public sealed class MachineBank
{
    /// <summary>What the kernels must not take for anything: a NaN, and words that lead an address astray.</summary>
    private const uint Garbage = 0x7FC00000;
    private const uint GarbageWord = 0xDEADBEEF;

    private readonly LaunchShape shape;
    private readonly SimtLaunch training;
    private readonly Func<SimtLaunch> measuring;
    private readonly MachineBuffer<float> runs;
    private readonly MachineBuffer<RunSettings> settings;
    private readonly MachineBuffer<int> subsets;
    private readonly MachineBuffer<SchedulePhase> phases;
    private readonly MachineBuffer<float> coefficients;
    private readonly MachineBuffer<Monomial> monomials;
    private readonly MachineBuffer<int> tasks;
    private readonly MachineBuffer<float> taskLosses;
    private readonly MachineBuffer<uint> data;
    private readonly MachineBuffer<RunState> states;
    private readonly MachineBuffer<int> requests;
    private readonly MachineBuffer<RunMeasure> measures;
    private readonly MachineBuffer<uint> scratch;
    private readonly bool contracted;

    /// <summary>Places runs of one point in slots, fresh.</summary>
    public MachineBank(Point point, KernelPath path, IReadOnlyList<long> seeds, bool contracted, bool countsAccesses = false, GroupLimits? limits = null)
        : this(BankShape.Of(point, path), [.. seeds.Select(seed => (point, seed))], contracted, countsAccesses, limits)
    {
    }

    /// <summary>Places runs in slots, fresh.</summary>
    /// <param name="bank">Shape of the networks.</param>
    /// <param name="slots">[slot]: the runs.</param>
    /// <param name="contracted">Whether products and sums are contracted.</param>
    /// <param name="countsAccesses">Whether sectors and wavefronts are counted.</param>
    /// <param name="limits">What a group may take; an H100's unless given.</param>
    public MachineBank(BankShape bank, IReadOnlyList<(Point Point, long Seed)> slots, bool contracted, bool countsAccesses = false, GroupLimits? limits = null)
    {
        this.contracted = contracted;
        training = SimtKernels.Training(bank, slots.Count, limits ?? H100.Limits);
        measuring = () => SimtKernels.Measuring(bank, slots.Count);
        shape = training.Shape;
        Kernel = GpuKernels.Decode(training.Body, contracted);

        Machine = new Machine { CountsAccesses = countsAccesses };
        runs = MachineBuffer<float>.Filled(Machine, slots.Count * RunFloats, Garbage);
        settings = new(Machine, [.. slots.SelectMany(run => Padded(RunPlan.Stored(run.Point, run.Seed), shape.InputPhases))]);
        subsets = new(Machine, [.. slots.SelectMany(run => Padded(RunPlan.Subset(run.Point, run.Seed), shape.SubsetStride))]);
        phases = new(Machine, [.. slots.SelectMany(run => Padded(RunPlan.Phases(run.Point), shape.Phases))]);
        coefficients = new(Machine, [.. slots.SelectMany(run => Padded(RunPlan.Coefficients(run.Point), shape.Coefficients))]);
        monomials = new(Machine, [.. slots.SelectMany(run => Padded(RunPlan.Monomials(run.Point), shape.Monomials))]);
        tasks = new(Machine, [.. slots.SelectMany(run => TaskPlan.Entries(run.Point, shape)).DefaultIfEmpty()]);
        taskLosses = MachineBuffer<float>.Filled(Machine, Math.Max(1, slots.Count * shape.Tasks), Garbage);
        data = MachineBuffer<uint>.Filled(Machine, Math.Max(1, slots.Count * RunLayout.DataWords(shape)), GarbageWord);
        states = new(Machine, [.. slots.Select(_ => new RunState { Status = (int)RunStatus.Fresh })]);
        requests = new(Machine, new int[slots.Count]);
        measures = MachineBuffer<RunMeasure>.Filled(Machine, slots.Count, Garbage);
        long scratchWords = Math.Max(training.ScratchWords, measuring().ScratchWords);
        scratch = MachineBuffer<uint>.Filled(Machine, Math.Max(4, slots.Count * scratchWords), GarbageWord);
    }

    public Machine Machine { get; }

    /// <summary>The kernel that trains.</summary>
    public PtxKernel Kernel { get; }

    public RunState[] States => states.Values.ToArray();

    public bool IsRunning => States.Any(state => state.Status == (int)RunStatus.Running);

    private long RunFloats => RunLayout.RunFloats(shape);

    public void SetState(int slot, RunState state) => states.Values[slot] = state;

    /// <summary>Advances every slot by up to so many steps.</summary>
    public void Launch(int steps) => Launch(training, training.Shape with { ChunkSteps = steps });

    /// <summary>Launches until no slot is running.</summary>
    public void RunToEnd(int chunk)
    {
        do
            Launch(chunk);
        while (IsRunning);
    }

    /// <summary>Looks inside the runs whose request is not <see cref="MeasureRequest.None"/>.</summary>
    public RunMeasure[] Measure(params int[] wanted)
    {
        wanted.CopyTo(requests.Values);
        Launch(measuring(), shape);
        return measures.Values.ToArray();
    }

    /// <summary>The losses of a slot's tasks that the last measurement found.</summary>
    public float[] TaskLosses(int slot) => taskLosses.Values.Slice(slot * shape.Tasks, shape.Tasks).ToArray();

    /// <summary>The parameters of a slot.</summary>
    public float[] Weights(int slot) => Floats(slot)[..(int)RunLayout.Parameters(shape)].ToArray();

    /// <summary>What a slot keeps (<see cref="RunLayout"/>), to be changed between launches.</summary>
    public Span<float> Floats(int slot) => runs.Values.Slice(slot * (int)RunFloats, (int)RunFloats);

    private void Launch(SimtLaunch plan, LaunchShape arguments)
    {
        var list = new Arguments().Add(arguments, sizeof(int)).Add(runs).Add(settings).Add(subsets).Add(phases).Add(coefficients).Add(monomials).Add(tasks).Add(data)
            .Add(states).Add(requests).Add(measures).Add(taskLosses).Add(scratch);
        Machine.Launch(GpuKernels.Decode(plan.Body, contracted), states.Length, plan.Threads, list.ToArray(), plan.DynamicBytes);
    }

    private static T[] Padded<T>(T[] values, int length)
    {
        var padded = new T[length];
        values.CopyTo(padded, 0);
        return padded;
    }
}
