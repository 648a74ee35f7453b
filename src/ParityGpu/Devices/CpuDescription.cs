using System.Runtime.InteropServices;
using Simd = ParityGpu.Kernels.Simd;

namespace ParityGpu.Devices;

/// <summary>Names this machine's processor.</summary>
internal static class CpuDescription
{
    public static string Text =>
        $"{Model()}, {Environment.ProcessorCount} cores, {(Simd.Workers.VectorLanes > 1 ? $"{32 * Simd.Workers.VectorLanes}-bit vectors" : "no vectors")}";

    private static string Model()
    {
        const string LinuxInfo = "/proc/cpuinfo";
        if (File.Exists(LinuxInfo))
        {
            string? line = File.ReadLines(LinuxInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
            if (line is not null)
                return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }

        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? $"{RuntimeInformation.ProcessArchitecture} CPU";
    }
}
