using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.RandomSpecs;
using ParityGpu.Specs;
using ParityGpu.Verification;

namespace ParityGpu.Bench;

/// <summary>
/// recorded-runs: trains random sweeps and prints the digest of each with its options, a line each. The tests keep such a list: its digests
/// change only with <see cref="Kernels.Numerics.Version"/>.
/// </summary>
internal static class RecordedRuns
{
    private const int Seed = 11;

    /// <summary>Prints the lines of so many sweeps.</summary>
    public static void Run(TextWriter output, int sweeps)
    {
        using Device cpu = DeviceCatalog.OpenCpu(1);
        IReadOnlyList<BankDevice> devices = BankDevice.Of(cpu);
        for (int index = 0; index < sweeps; index++)
        {
            SweepSpec spec = RandomSpecCheck.Draw(Seed, index).Spec;
            output.WriteLine($"{RunDigest.Of(SpecComparison.Train(spec, devices))} {string.Join(' ', SpecSetting.Options(spec))}");
        }
    }
}
