using System.Diagnostics;
using System.Text;

namespace ParityGpu.Tests.Cli;

/// <summary>The built program in a process of its own.</summary>
public sealed class ParityProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string Host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "parity.dll");

    private static readonly Dictionary<string, string> NoVariables = [];

    /// <summary>Whether the tests run where Ctrl-C is ignored, as in the background of a script: children would inherit it.</summary>
    private static readonly bool IgnoresInterrupts = OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status").Any(
        line => line.StartsWith("SigIgn:", StringComparison.Ordinal) && (Convert.ToUInt64(line[7..].Trim(), 16) & 2) != 0);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();

    private ParityProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => process.HasExited;

    /// <summary>Memory that is resident now.</summary>
    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public static ParityProcess Start(string folder, params string[] args) => Start(Host, folder, [Program, .. args], NoVariables);

    /// <summary>Starts it with more variables in its environment.</summary>
    public static ParityProcess Start(string folder, IReadOnlyDictionary<string, string> variables, params string[] args) =>
        Start(Host, folder, [Program, .. args], variables);

    /// <summary>Runs another .NET program with more variables in its environment.</summary>
    public static CommandResult RunProgram(string program, string folder, IReadOnlyDictionary<string, string> variables, params string[] args)
    {
        using ParityProcess other = Start(Host, folder, [program, .. args], variables);
        return other.Wait();
    }

    /// <summary>Runs a shell script in which $0 is the host of the program and $1 the program.</summary>
    public static CommandResult RunShell(string folder, string script)
    {
        using ParityProcess shell = Start("bash", folder, ["-c", script, Host, Program], NoVariables);
        return shell.Wait();
    }

    public static CommandResult Run(string folder, params string[] args)
    {
        using ParityProcess parity = Start(folder, args);
        return parity.Wait();
    }

    /// <summary>Waits until a file is longer than it was, or the process has ended.</summary>
    public void WaitUntilLonger(string path, long length)
    {
        while (!HasExited && (!File.Exists(path) || new FileInfo(path).Length <= length))
            Thread.Sleep(5);
    }

    /// <summary>Ends the process at once: SIGKILL.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Presses Ctrl-C: SIGINT.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public CommandResult Wait()
    {
        if (!process.WaitForExit(Patience))
            throw new TimeoutException($"parity still runs after {Patience}: {error}");

        process.WaitForExit();
        lock (output)
        {
            lock (error)
                return new CommandResult(process.ExitCode, output.ToString(), error.ToString());
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();

        process.Dispose();
    }

    private static ParityProcess Start(string file, string folder, string[] args, IReadOnlyDictionary<string, string> variables)
    {
        string[] command = IgnoresInterrupts ? ["env", "--default-signal=INT", file, .. args] : [file, .. args];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;

        return new ParityProcess(Process.Start(start)!);
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            if (line is not null)
                text.Append(line).Append('\n');
        }
    }
}
