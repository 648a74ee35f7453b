using ParityGpu.Cli;
using Xunit;

namespace ParityGpu.Tests.Cli;

/// <summary>What a command line returned and printed.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Asserts that it failed as bad input must: exit code 2 and one line that names things.</summary>
    public void MustBeUserError(params string[] names)
    {
        Assert.Equal("", Output);
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(names, name => Assert.Contains(name, line, StringComparison.Ordinal));
        Assert.Equal(2, ExitCode);
    }
}

/// <summary>Runs command lines in this process.</summary>
public static class CommandLine
{
    public static CommandResult Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = ParityProgram.Run(args, output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }
}
