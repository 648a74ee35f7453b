using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.OpenCL;

/// <summary>The GPU kernels compiled for AMD's GPUs, without one.</summary>
[Collection(OfflineTests.Name)]
public sealed class AmdTests(OpenCLSources sources)
{
    /// <summary>
    /// Kernel, GPU; then what clang 19 needs today, as ceilings: vector registers of a thread (VGPRs, and AGPRs where a GPU has
    /// them), vector registers spilled, scalar registers spilled, bytes of scratch of a thread.
    /// </summary>
    public static TheoryData<string, string, int, int, int, int> Budgets => new()
    {
        { "counting", "gfx90a", 326, 4, 133, 0 },
        { "counting", "gfx942", 326, 2, 134, 0 },
        { "counting", "gfx1100", 256, 34, 52, 144 },
        { "general", "gfx90a", 414, 3, 208, 0 },
        { "general", "gfx942", 413, 3, 192, 0 },
        { "general", "gfx1100", 256, 117, 109, 432 },
        { "one-unit", "gfx90a", 298, 0, 43, 0 },
        { "one-unit", "gfx942", 299, 0, 40, 0 },
        { "one-unit", "gfx1100", 252, 0, 0, 0 },
        { "narrow", "gfx90a", 291, 0, 54, 0 },
        { "narrow", "gfx942", 291, 0, 54, 0 },
        { "narrow", "gfx1100", 236, 0, 4, 0 },
        { "general-measure", "gfx90a", 373, 0, 149, 0 },
        { "general-measure", "gfx942", 376, 0, 152, 0 },
        { "general-measure", "gfx1100", 256, 91, 64, 288 },
        { "tasks", "gfx90a", 432, 3, 273, 0 },
        { "tasks", "gfx942", 432, 3, 259, 0 },
        { "tasks", "gfx1100", 256, 146, 155, 512 },
        { "tasks-measure", "gfx90a", 353, 0, 135, 0 },
        { "tasks-measure", "gfx942", 355, 0, 141, 0 },
        { "tasks-measure", "gfx1100", 256, 65, 60, 240 },
        { "transformer", "gfx90a", 512, 46, 530, 192 },
        { "transformer", "gfx942", 512, 49, 505, 192 },
        { "transformer", "gfx1100", 256, 322, 387, 1152 },
        { "transformer-measure", "gfx90a", 400, 0, 182, 0 },
        { "transformer-measure", "gfx942", 400, 0, 188, 0 },
        { "transformer-measure", "gfx1100", 256, 134, 109, 448 },
    };

    [AmdTheory]
    [MemberData(nameof(Budgets))]
    public void Kernels_keep_to_their_registers(string kernel, string gpu, int registers, int spilled, int scalarSpilled, int scratch)
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string text) = Tool.Run(new ProcessStartInfo(
            Tool.Clang,
            [
                "-x", "cl", "-cl-std=CL2.0", "-target", "amdgcn-amd-amdhsa", $"-mcpu={gpu}", "-nogpulib",
                "-Xclang", "-finclude-default-header", "-O3", "-S", "-o", folder["kernel.s"], sources.FileOf(kernel),
            ]));
        Assert.True(exitCode == 0, text);

        string assembly = File.ReadAllText(folder["kernel.s"]);
        int accumulators = assembly.Contains("; NumAgprs: ", StringComparison.Ordinal) ? Number(assembly, "; NumAgprs: ") : 0;
        int[] found =
        [
            Number(assembly, "; NumVgprs: ") + accumulators,
            Number(assembly, @"\.vgpr_spill_count: +"),
            Number(assembly, @"\.sgpr_spill_count: +"),
            Number(assembly, "; ScratchSize: "),
        ];
        int[] ceilings = [registers, spilled, scalarSpilled, scratch];
        Assert.True(
            found.Zip(ceilings).All(pair => pair.First <= pair.Second),
            $"{kernel} on {gpu}: registers, spilled, scalar spilled, scratch are {string.Join(", ", found)}; at most {string.Join(", ", ceilings)}");
    }

    /// <summary>The number behind a label; the last one, which is the kernel's.</summary>
    private static int Number(string assembly, string label)
    {
        var match = Regex.Match(assembly, label + @"(\d+)", RegexOptions.RightToLeft);
        Assert.True(match.Success, $"the assembly has no {label}");
        return int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
