using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>The buffers of a bank of slots, as one kernel argument.</summary>
public struct RunBuffers
{
    /// <summary>[slots][<see cref="RunLayout.RunFloats"/>]: parameters and moments.</summary>
    public ArrayView<float> Runs;

    /// <summary>[slots][<see cref="LaunchShape.InputPhases"/>].</summary>
    public ArrayView<RunSettings> Settings;

    /// <summary>[slots][<see cref="LaunchShape.SubsetStride"/>]: relevant inputs.</summary>
    public ArrayView<int> Subsets;

    /// <summary>[slots][<see cref="LaunchShape.Phases"/>].</summary>
    public ArrayView<SchedulePhase> Phases;

    /// <summary>[slots][<see cref="LaunchShape.Coefficients"/>]: c_0 … c_k of a polynomial activation.</summary>
    public ArrayView<float> Coefficients;

    /// <summary>[slots][<see cref="LaunchShape.Monomials"/>]: the terms of polynomial targets.</summary>
    public ArrayView<Monomial> Monomials;

    /// <summary>[slots][<see cref="TaskLayout.Entries"/>]: tasks.</summary>
    public ArrayView<int> Tasks;

    /// <summary>[slots][<see cref="RunLayout.DataWords"/>]: finite samples, filled when a run starts.</summary>
    public ArrayView<uint> Data;

    /// <summary>[slots].</summary>
    public ArrayView<RunState> States;

    /// <summary>[slots]: what to measure in a run (<see cref="MeasureRequest"/>).</summary>
    public ArrayView<int> Requests;

    /// <summary>[slots]: what was measured; arbitrary where nothing was requested.</summary>
    public ArrayView<RunMeasure> Measures;

    /// <summary>[slots][<see cref="LaunchShape.Tasks"/>]: the tasks' mean losses, as measured.</summary>
    public ArrayView<float> TaskLosses;
}
