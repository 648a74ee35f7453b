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
    /// them), vector registers spilled, scalar registers spilled (to lanes of vector registers), bytes of scratch of a thread.
    /// </summary>
    public static TheoryData<string, string, int, int, int, int> Budgets => new()
    {
        { "counting", "gfx90a", 248, 0, 196, 0 },
        { "counting", "gfx942", 248, 0, 203, 0 },
        { "counting", "gfx1100", 250, 0, 93, 0 },
        { "general", "gfx90a", 204, 0, 392, 0 },
        { "general", "gfx942", 204, 0, 392, 0 },
        { "general", "gfx1100", 172, 0, 250, 0 },
        { "one-unit", "gfx90a", 102, 0, 133, 0 },
        { "one-unit", "gfx942", 104, 0, 126, 0 },
        { "one-unit", "gfx1100", 91, 0, 29, 0 },
        { "narrow", "gfx90a", 130, 0, 133, 36 },
        { "narrow", "gfx942", 132, 0, 136, 0 },
        { "narrow", "gfx1100", 87, 0, 27, 0 },
        { "general-measure", "gfx90a", 182, 0, 276, 0 },
        { "general-measure", "gfx942", 184, 0, 295, 0 },
        { "general-measure", "gfx1100", 171, 0, 164, 0 },
        { "tasks", "gfx90a", 224, 0, 477, 0 },
        { "tasks", "gfx942", 222, 0, 479, 0 },
        { "tasks", "gfx1100", 192, 0, 315, 0 },
        { "tasks-measure", "gfx90a", 180, 0, 280, 0 },
        { "tasks-measure", "gfx942", 166, 0, 262, 0 },
        { "tasks-measure", "gfx1100", 161, 0, 162, 0 },
        { "transformer", "gfx90a", 307, 0, 747, 0 },
        { "transformer", "gfx942", 307, 0, 722, 0 },
        { "transformer", "gfx1100", 256, 39, 561, 148 },
        { "transformer-measure", "gfx90a", 199, 0, 344, 0 },
        { "transformer-measure", "gfx942", 210, 0, 320, 0 },
        { "transformer-measure", "gfx1100", 171, 0, 236, 0 },
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
                "-Xclang", "-finclude-default-header", .. Libraries(gpu), "-O3", "-S", "-o", folder["kernel.s"], sources.FileOf(kernel),
            ]));
        Assert.True(exitCode == 0, text);

        string assembly = File.ReadAllText(folder["kernel.s"]);
        Assert.DoesNotContain("s_swappc", assembly, StringComparison.Ordinal);
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

    /// <summary>
    /// Links AMD's OpenCL functions, as its driver does: a barrier or a minimum that stays a call makes the caller save half of its registers. The
    /// libraries of Debian 12 are older than some GPUs; an earlier one has the same functions.
    /// </summary>
    private static IEnumerable<string> Libraries(string gpu)
    {
        (string isa, string wide) = gpu switch
        {
            "gfx1100" => ("1036", "off"),
            "gfx942" => ("940", "on"),
            _ => (gpu["gfx".Length..], "on"),
        };
        string[] names =
        [
            "opencl", "ocml", "ockl", "oclc_daz_opt_off", "oclc_unsafe_math_off", "oclc_finite_only_off", "oclc_correctly_rounded_sqrt_off",
            $"oclc_wavefrontsize64_{wide}", $"oclc_isa_version_{isa}", "oclc_abi_version_500",
        ];
        return names.SelectMany(name => new[] { "-Xclang", "-mlink-builtin-bitcode", "-Xclang", Path.Combine(Tool.AmdLibraries, $"{name}.bc") });
    }

    /// <summary>The number behind a label; the last one, which is the kernel's.</summary>
    private static int Number(string assembly, string label)
    {
        var match = Regex.Match(assembly, label + @"(\d+)", RegexOptions.RightToLeft);
        Assert.True(match.Success, $"the assembly has no {label}");
        return int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
