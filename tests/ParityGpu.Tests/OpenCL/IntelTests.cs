using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.OpenCL;

/// <summary>The GPU kernels compiled for Intel's GPUs, without one.</summary>
[Collection(OfflineTests.Name)]
public sealed partial class IntelTests(OpenCLSources sources)
{
    /// <summary>
    /// Kernel, GPU; then what ocloc 22.43 makes of it today: threads of a SIMD group, as a floor, and registers spilled, as a
    /// ceiling. The last row is there for its spills, which show that they would be seen.
    /// </summary>
    public static TheoryData<string, string, int, int> Budgets => new()
    {
        { "counting", "dg2", 8, 55 },
        { "general", "dg2", 8, 0 },
        { "one-unit", "dg2", 8, 0 },
        { "narrow", "dg2", 8, 0 },
        { "general-measure", "dg2", 8, 0 },
        { "tasks", "dg2", 8, 0 },
        { "tasks-measure", "dg2", 8, 0 },
        { "transformer", "dg2", 8, 243 },
        { "transformer-measure", "dg2", 8, 0 },
        { "general", "pvc", 32, 363 },
    };

    [IntelTheory]
    [MemberData(nameof(Budgets))]
    public void Kernels_keep_to_their_registers(string kernel, string gpu, int width, int spilled)
    {
        using var folder = new TemporaryFolder();
        string built = Ocloc(
            "compile", "-file", sources.FileOf(kernel), "-device", gpu, "-options", "-cl-std=CL2.0", "-output_no_suffix", "-output", "built",
            "-out_dir", folder.Root);
        Ocloc("disasm", "-file", folder["built"], "-device", gpu, "-dump", folder["parts"]);

        string tokens = File.ReadAllText(Path.Combine(folder["parts"], "PTM.txt"));
        int foundWidth = int.Parse(ExecutionEnvironment().Match(tokens).Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var spills = Spills().Match(built);
        int foundSpilled = spills.Success ? int.Parse(spills.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        Assert.Equal(foundSpilled > 0, Scratch().IsMatch(tokens));
        Assert.True(
            foundWidth >= width && foundSpilled <= spilled,
            $"{kernel} on {gpu}: SIMD{foundWidth}, {foundSpilled} registers spilled; at least SIMD{width}, at most {spilled}");
        Assert.True(gpu == "dg2" || foundSpilled > 0, "spills are no longer reported as they were, or this row has none: find another");
    }

    private static string Ocloc(params string[] arguments)
    {
        (int exitCode, string text) = Tool.Run(new ProcessStartInfo(Tool.Ocloc, arguments));
        Assert.True(exitCode == 0, text);
        return text;
    }

    /// <summary>Token 23 of a binary, the kernel's execution environment: 32-bit words as bytes; the fourth is the SIMD width.</summary>
    [GeneratedRegex(@"Token 23\s+4 Size \d+\s+Hex (?:\w+ ){12}(\w+) ")]
    private static partial Regex ExecutionEnvironment();

    /// <summary>Token 18: memory for registers is asked for.</summary>
    [GeneratedRegex(@"Token 18\s")]
    private static partial Regex Scratch();

    [GeneratedRegex(@"spilled around (\d+)")]
    private static partial Regex Spills();
}
