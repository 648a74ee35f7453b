using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;
using Xunit;

namespace ParityGpu.Tests.PowerShell;

/// <summary>
/// Runs run.ps1 in a PowerShell engine hosted here. PATH and stderr belong to the whole process, so these tests have
/// the process for themselves.
/// </summary>
[CollectionDefinition(nameof(RunScriptTests), DisableParallelization = true)]
[Collection(nameof(RunScriptTests))]
public sealed class RunScriptTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("parity-run-script-").FullName;

    private static string Root { get; } = FindRoot();

    private static string Script => Path.Combine(Root, "run.ps1");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Script_parses_without_errors()
    {
        Parser.ParseFile(Script, out _, out var errors);

        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("deploy")]
    [InlineData("Build")]
    [InlineData("")]
    public void Unknown_verb_is_named_on_stderr_with_the_known_ones(string verb)
    {
        var stderr = Console.Error;
        using var captured = new StringWriter();
        Console.SetError(captured);
        try
        {
            Assert.Equal(2, Run($"'{verb}'"));
        }
        finally
        {
            Console.SetError(stderr);
        }

        Assert.Equal($"run.ps1: unknown verb '{verb}'; use build, test, bench, sweep or publish", captured.ToString().TrimEnd());
    }

    [UnixTheory]
    [InlineData("build --no-restore", "build|-c|Release|{root}/ParityGpu.sln|--no-restore")]
    [InlineData("test", "test|-c|Release|{root}/ParityGpu.sln")]
    [InlineData("bench --shape '30,3,10,32'", "run|-c|Release|--project|{root}/src/ParityGpu.Cli|--|bench|--shape|30,3,10,32")]
    [InlineData("sweep", "run|-c|Release|--project|{root}/src/ParityGpu.Cli|--|sweep")]
    [InlineData(
        "sweep --width 10,30,100 --lr 0.1 -q --log 'a b.msgpack'",
        "run|-c|Release|--project|{root}/src/ParityGpu.Cli|--|sweep|--width|10,30,100|--lr|0.1|-q|--log|a b.msgpack")]
    [InlineData("publish linux-arm64", "publish|-c|Release|-r|linux-arm64|{root}/src/ParityGpu.Cli|-o|{root}/publish/linux-arm64")]
    [InlineData("publish", "publish|-c|Release|-r|osx-arm64|{root}/src/ParityGpu.Cli|-o|{root}/publish/osx-arm64")]
    public void Verb_becomes_a_dotnet_command(string arguments, string expected)
    {
        var exitCode = RunWithRecordingDotnet(arguments, exitCode: 0, out var recorded);

        Assert.Equal(0, exitCode);
        Assert.Equal(expected.Replace("{root}", Root, StringComparison.Ordinal).Split('|'), recorded);
    }

    [UnixTheory]
    [InlineData("build")]
    [InlineData("test")]
    [InlineData("bench")]
    [InlineData("sweep")]
    [InlineData("publish")]
    public void Exit_code_is_passed_on(string verb)
        => Assert.Equal(130, RunWithRecordingDotnet(verb, exitCode: 130, out _));

    /// <summary>Puts a dotnet first on PATH that writes its arguments to a file, one per line.</summary>
    private int RunWithRecordingDotnet(string arguments, int exitCode, out string[] recorded)
    {
        var record = Path.Combine(directory, "arguments");
        var dotnet = Path.Combine(directory, "dotnet");
        File.WriteAllText(dotnet, $"#!/bin/sh\nprintf '%s\\n' \"$@\" > '{record}'\nexit {exitCode}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", directory + Path.PathSeparator + path);
        try
        {
            var result = Run(arguments);
            recorded = File.ReadAllLines(record);
            return result;
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    /// <summary>Runs the script from a directory that is not its own and returns its exit code.</summary>
    private int Run(string arguments)
    {
        var state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows())
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        using var runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        runspace.SessionStateProxy.Path.SetLocation(directory);
        using var shell = System.Management.Automation.PowerShell.Create(runspace);

        var output = shell.AddScript($"& '{Script}' {arguments}; $LASTEXITCODE").Invoke();

        Assert.Empty(shell.Streams.Error);
        return (int)Assert.Single(output).BaseObject;
    }

    /// <summary>The checkout that holds the test's own build output.</summary>
    private static string FindRoot()
    {
        var candidate = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(candidate, "ParityGpu.sln")))
            candidate = Path.GetDirectoryName(candidate)
                ?? throw new DirectoryNotFoundException($"No ParityGpu.sln above {AppContext.BaseDirectory}.");
        return candidate;
    }

    /// <summary>A theory whose stand-in for dotnet is a shell script.</summary>
    private sealed class UnixTheoryAttribute : TheoryAttribute
    {
        public UnixTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "needs /bin/sh" : null!;
    }
}
