using System.Management.Automation.Runspaces;
using ParityGpu.Tests.Cli;
using Xunit;

namespace ParityGpu.Tests.PowerShell;

/// <summary>Completes command lines in a PowerShell engine hosted here, with the program on PATH, which is the process's.</summary>
[Collection(nameof(RunScriptTests))]
public sealed class CompletionScriptTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void PowerShell_completes_with_the_printed_script()
    {
        if (OperatingSystem.IsWindows())
            return;

        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        File.WriteAllText(folder["parity"], $"#!/bin/sh\nexec '{host}' '{Path.Combine(AppContext.BaseDirectory, "parity.dll")}' \"$@\"\n");
        File.SetUnixFileMode(folder["parity"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string? path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", folder.Root + Path.PathSeparator + path);
        try
        {
            Assert.Equal(["--model", "--momentum"], Complete("parity sweep --mo"));
            Assert.Equal(["polynet"], Complete("parity sweep --model po"));
            Assert.Equal(["text", "json", "csv"], Complete("parity compare log --format ").OrderDescending());
            Assert.Equal(["gradient"], Complete("1; parity theory g"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    private IEnumerable<string> Complete(string line)
    {
        using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        runspace.SessionStateProxy.Path.SetLocation(folder.Root);
        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        shell.AddScript(CommandLine.Run("completion", "powershell").Output).Invoke();
        Assert.Empty(shell.Streams.Error);
        shell.Commands.Clear();
        shell.AddScript($"(TabExpansion2 '{line}' {line.Length}).CompletionMatches.CompletionText");
        return [.. shell.Invoke().Select(result => (string)result.BaseObject)];
    }
}
