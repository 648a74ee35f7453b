using ParityGpu.Devices;

namespace ParityGpu.Benchmarks;

/// <summary>A shape to measure: inputs, parity degree, hidden units, samples per step.</summary>
public sealed record BenchShape(int N, int K, int Width, int Batch);

/// <summary>The speed of one shape on one device.</summary>
/// <param name="Device">Name of the device.</param>
/// <param name="Threads">CPU threads; 0 on a GPU.</param>
/// <param name="N">Inputs.</param>
/// <param name="K">Parity degree.</param>
/// <param name="Width">Hidden units.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Runs">Runs resident on the device.</param>
/// <param name="SeedStepsPerSecond">Training steps per second, summed over runs.</param>
/// <param name="EffectiveGflops">4·B·n·r floating-point operations per step, in 10⁹ per second.</param>
/// <param name="PeakGflops">Peak fused multiply-add rate of the CPU measured in the same call; null on a GPU.</param>
public sealed record BenchResult(
    string Device,
    int Threads,
    int N,
    int K,
    int Width,
    int Batch,
    long Runs,
    double SeedStepsPerSecond,
    double EffectiveGflops,
    double? PeakGflops);

/// <summary>Measures training speed.</summary>
public static class SpeedBenchmark
{
    /// <summary>Measures every shape for about <paramref name="seconds"/> seconds.</summary>
    public static IReadOnlyList<BenchResult> Run(Device device, IReadOnlyList<BenchShape> shapes, double seconds) =>
        throw new NotImplementedException();
}
