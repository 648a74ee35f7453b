using System.Globalization;
using System.Text.RegularExpressions;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.Cuda;

/// <summary>GPUs from Maxwell on and drivers from CUDA 11 on get PTX that they accept, and give the CPU's records.</summary>
public sealed partial class CudaArchitectureTests : IDisposable
{
    private static readonly string[] Sweep =
        ["sweep", "--n", "10", "--k", "2", "--width", "20", "--seeds", "4", "--max-steps", "60", "--quiet", "--format", "json"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // The last one is newer than anything ILGPU knows.
    [CudaProcessTheory]
    [InlineData(50, 11000)]
    [InlineData(61, 11040)]
    [InlineData(70, 12080)]
    [InlineData(75, 13000)]
    [InlineData(80, 11000)]
    [InlineData(86, 11080)]
    [InlineData(89, 12000)]
    [InlineData(90, 12040)]
    [InlineData(100, 12080)]
    [InlineData(120, 13000)]
    [InlineData(137, 14000)]
    public void Ptx_fits_card_and_driver(int architecture, int driver)
    {
        (string, string)[] settings =
            [("SM", $"{architecture}"), ("DRIVER", $"{driver}"), ("TRACE", "1")];
        CommandResult result = CudaProcess.Run(folder.Root, settings, [.. Sweep, "--device", "cuda", "--log", "cuda"]);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(CudaProcess.Run(folder.Root, [], [.. Sweep, "--device", "cpu", "--log", "cpu"]).Output, result.Output);
        string[] modules = [.. Module().Matches(result.Error).Select(match => match.Groups[1].Value).Distinct()];
        Assert.NotEmpty(modules);
        foreach (string module in modules)
        {
            string ptx = File.ReadAllText(module);
            File.Delete(module);
            int version = Number(Version().Match(ptx).Groups[1].Value.Replace(".", "", StringComparison.Ordinal));
            int target = Number(Target().Match(ptx).Groups[1].Value);
            Assert.InRange(version, LeastVersion(target), NewestVersion(driver));
            Assert.InRange(target, 50, architecture);
        }
    }

    /// <summary>The newest PTX of a driver, times ten: release notes of PTX ISA; later drivers read older PTX.</summary>
    private static int NewestVersion(int driver) => driver switch
    {
        >= 13000 => 90,
        >= 12080 => 87,
        >= 12000 => 80 + (driver % 1000 / 10),
        _ => 70 + (driver % 1000 / 10),
    };

    /// <summary>The first PTX that knows a target, times ten.</summary>
    private static int LeastVersion(int target) => target switch
    {
        <= 53 => 43,
        <= 62 => 50,
        <= 70 => 60,
        <= 75 => 63,
        <= 80 => 70,
        <= 86 => 71,
        <= 90 => 78,
        <= 100 => 86,
        _ => 87,
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"module (\S+\.ptx)")]
    private static partial Regex Module();

    [GeneratedRegex(@"\.version\s+(\d+\.\d)")]
    private static partial Regex Version();

    [GeneratedRegex(@"\.target\s+sm_(\d+)")]
    private static partial Regex Target();
}
