using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.OpenCL;

/// <summary>Races and accesses out of bounds in the GPU kernels, as oclgrind sees them.</summary>
public sealed class OclgrindTests
{
    public static TheoryData<string> Networks => [.. OclgrindRun.Networks.Keys];

    [OclgrindTheory]
    [MemberData(nameof(Networks))]
    public void Kernels_have_no_race_and_stay_within_their_buffers(string name) => Assert.Equal("", Run(name));

    [OclgrindTheory]
    [InlineData(OclgrindRun.Race, "Write-write data race")]
    [InlineData(OclgrindRun.LocalRace, "Read-write data race at local memory")]
    [InlineData(OclgrindRun.OutOfBounds, "Invalid write")]
    public void A_fault_is_found(string name, string message) => Assert.Contains(message, Run(name), StringComparison.Ordinal);

    /// <summary>What oclgrind has to say of a run.</summary>
    private static string Run(string name)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["vendors"]);
        File.WriteAllText(Path.Combine(folder["vendors"], "oclgrind.icd"), Tool.Oclgrind);
        var start = Tool.Child([OclgrindRun.Command, name]);
        start.Environment["OCL_ICD_VENDORS"] = folder["vendors"];

        // Its OpenCL 1.2 lacks two words of ILGPU's sources: an address space that no kernel uses, and a barrier's later name.
        start.Environment["OCLGRIND_BUILD_OPTIONS"] = "-D__generic=__global -Dwork_group_barrier=barrier";
        start.Environment["OCLGRIND_DATA_RACES"] = "1";
        start.Environment["OCLGRIND_LOG"] = folder["log"];
        (int exitCode, string text) = Tool.Run(start);
        string log = File.ReadAllText(folder["log"]);
        Assert.True(exitCode == 0, $"exit code {exitCode}\n{text}\n{log}");
        return log;
    }
}
