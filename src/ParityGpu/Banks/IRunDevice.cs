using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Banks;

/// <summary>A unit that trains runs: a GPU, or a thread of a CPU. Used by one thread at a time.</summary>
public interface IRunDevice
{
    /// <summary>Name as accepted by <c>--device</c>. Threads of one CPU share it.</summary>
    string Name { get; }

    /// <summary>Whether a finished run's part of the device idles to the end of the launch.</summary>
    bool FinishedRunsIdle { get; }

    /// <summary>Runs of a shape that it trains at once; fewer leave a part of it idle.</summary>
    int RunsAtOnce(BankShape shape);

    /// <summary>Equal for units that can take over each other's threads; null if it cannot.</summary>
    object? Pool => null;

    /// <summary>Threads of its own.</summary>
    int Threads => 0;

    /// <summary>Whether several threads train a single run of a shape faster than one.</summary>
    bool SharesRuns(BankShape shape) => false;

    /// <summary>Takes over threads of a unit of the same pool that has nothing left to do; no bank may exist.</summary>
    void Widen(int threads) => throw new NotSupportedException();

    /// <summary>
    /// Allocates slots and prepares their kernels.
    /// </summary>
    /// <param name="shape">Shape of the networks.</param>
    /// <param name="runs">Number of runs to train, at least 1; more slots would stay empty.</param>
    /// <returns>Null if existing banks leave too little memory.</returns>
    /// <exception cref="UserErrorException">Such runs cannot be trained here.</exception>
    IRunBank? CreateBank(BankShape shape, long runs);

    /// <summary>A failure with what only the device can add: how much memory is free.</summary>
    Exception Detailed(Exception failure) => failure;
}

/// <summary>Slots with a run each, advanced together. Any exception means that the device has failed.</summary>
public interface IRunBank : IDisposable
{
    /// <summary>Slots R.</summary>
    int Slots { get; }

    /// <summary>States of all slots after the last launch.</summary>
    ReadOnlySpan<RunState> States { get; }

    /// <summary>Loads a run into a slot; the next launch starts it.</summary>
    void Load(int slot, Point point, long seed);

    /// <summary>Loads a run that continues from a snapshot, taken on this or another device.</summary>
    void Load(int slot, Point point, RunSnapshot snapshot);

    /// <summary>Everything that a slot's run holds: parameters and moments, finite sample, state.</summary>
    (float[] Floats, uint[] Data, RunState State) Save(int slot);

    /// <summary>
    /// Makes a running slot wait once it has taken <paramref name="steps"/> steps, which must be more than it has taken so far; 0 for no wait.
    /// </summary>
    void StopAt(int slot, long steps);

    /// <summary>Empties a slot.</summary>
    void Clear(int slot);

    /// <summary>Starts a launch of up to <paramref name="steps"/> steps of every slot.</summary>
    void Begin(int steps);

    /// <summary>Waits for the launch to end and reads the states back.</summary>
    /// <returns>How long the device took.</returns>
    TimeSpan Finish();

    /// <summary>Measures the runs whose request is not <see cref="MeasureRequest.None"/>, without changing them.</summary>
    /// <param name="wanted">[slots], <see cref="MeasureRequest"/>s.</param>
    /// <returns>[slots]; arbitrary where nothing was requested.</returns>
    RunMeasure[] Measure(int[] wanted);

    /// <summary>The mean losses of the tasks of a slot's run that the last <see cref="Measure"/> found.</summary>
    float[] TaskLosses(int slot);
}
