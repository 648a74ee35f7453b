using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Cli;

/// <summary>The one rule of all commands about what they write, and what they leave alone.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public OutputFileTests()
    {
        SmallLog.Write(folder["log"]);
        File.WriteAllText(folder["spec"], """{ "n": 6, "k": 2, "width": 3, "seeds": 2, "maxSteps": 2 }""");
    }

    /// <summary>Commands, the file that each reads, and the ending of what it writes.</summary>
    public static TheoryData<string, string, string> Commands => new()
    {
        { "summary log", "log", ".csv" },
        { "compare log", "log", ".json" },
        { "export log", "log", ".parquet" },
        { "merge log", "log", ".msgpack" },
        { "plot log --kind width", "log", ".svg" },
        { "report log", "log", ".html" },
        { "train --spec spec --device cpu", "spec", ".csv" },
        { "slurm spec --shards 2", "spec", ".sh" },
        { "kubernetes --spec spec --shards 2 --image a --claim b", "spec", ".yaml" },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_file_is_replaced_only_if_asked_for_and_then_whole(string command, string read, string ending)
    {
        string path = folder["out" + ending];
        File.WriteAllText(path, "precious");

        Run(command, "-o", path).MustBeUserError("-o", path, "--force");
        Assert.Equal("precious", File.ReadAllText(path));

        Assert.Equal((0, ""), (Run(command, "--out", path, "--force") is var done ? (done.ExitCode, Note(done.Error)) : default));
        Assert.NotEqual("precious", File.ReadAllText(path));
        Assert.Equal(new[] { "log", "out" + ending, "spec" }, folder.Files.Order());
        Assert.True(File.Exists(folder[read]));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_file_that_is_read_is_never_replaced(string command, string read, string ending)
    {
        byte[] before = File.ReadAllBytes(folder[read]);
        List<string> names = [folder[read], Path.Combine(folder.Root, ".", read), Path.GetRelativePath(Environment.CurrentDirectory, folder[read])];
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder["links"]);
            File.CreateSymbolicLink(folder["links/absolute" + ending], folder[read]);
            File.CreateSymbolicLink(folder["links/relative" + ending], "../" + read);
            Directory.CreateSymbolicLink(folder["detour"], folder.Root);
            names.AddRange([folder["links/absolute" + ending], folder["links/relative" + ending], folder[$"detour/{read}"]]);
            if (OperatingSystem.IsLinux())
            {
                System.Diagnostics.Process.Start("ln", [folder[read], folder["hard" + ending]]).WaitForExit();
                names.Add(folder["hard" + ending]);
            }
        }

        Assert.All(names, name => Run(command, ending == ".svg" ? "--csv" : "-o", name, "--force", ending == ".svg" ? $"-o={folder["x.svg"]}" : "")
            .MustBeUserError(name, "is also an input"));

        Assert.Equal(before, File.ReadAllBytes(folder[read]));
    }

    [Fact]
    public void Two_outputs_are_two_files()
    {
        CommandResult plot = Run("plot log --kind width", "-o", folder["x.svg"], "--csv", Path.Combine(folder.Root, ".", "x.svg"));
        plot.MustBeUserError("--csv", "is already what -o writes");
        Run("plot log --kind width", "-o", "-", "--csv", "/dev/stdout").MustBeUserError("--csv", "is already what -o writes");
        Run("train --spec spec --device cpu", "-o", folder["x.txt"], "--log", folder["x.txt"]).MustBeUserError("--log", "is already what -o writes");

        Assert.Equal(["log", "spec"], folder.Files.Order());
    }

    [Fact]
    public void A_failed_command_leaves_nothing_and_the_old_file()
    {
        File.WriteAllText(folder["old.csv"], "precious");

        Run("export log log", "-o", folder["new.csv"]).MustBeUserError("read before");
        Run("export log log", "-o", folder["old.csv"], "--force").MustBeUserError("read before");

        Assert.Equal("precious", File.ReadAllText(folder["old.csv"]));
        Assert.Equal(["log", "old.csv", "spec"], folder.Files.Order());
    }

    [Fact]
    public void A_link_is_followed_from_its_own_folder()
    {
        if (OperatingSystem.IsWindows())
            return;

        Directory.CreateDirectory(folder["links"]);
        File.CreateSymbolicLink(folder["links/second"], "../runs.csv");
        File.CreateSymbolicLink(folder["links/first.csv"], "second");

        Assert.Equal(0, Run("export log", "-o", folder["links/first.csv"]).ExitCode);

        Assert.Equal(Run("export log").Output, File.ReadAllText(folder["runs.csv"]));
        Assert.Equal("second", new FileInfo(folder["links/first.csv"]).LinkTarget);
    }

    [Theory]
    [InlineData("summary log --format csv")]
    [InlineData("export log --format jsonl")]
    [InlineData("report log")]
    [InlineData("plot log --kind width")]
    [InlineData("slurm spec --shards 2")]
    public void A_dash_is_the_standard_output(string command)
    {
        string ending = command.StartsWith("plot", StringComparison.Ordinal) ? ".svg" : "";
        Assert.Equal(0, Run(command, "-o", folder["file" + ending]).ExitCode);

        Assert.Equal(new CommandResult(0, File.ReadAllText(folder["file" + ending]), ""), Run(command, "-o", "-"));
    }

    [Fact]
    public void Pipes_are_read_and_written()
    {
        if (OperatingSystem.IsWindows())
            return;

        CommandResult result = ParityProcess.RunShell(
            folder.Root,
            """
            parity() { "$host" "$program" "$@"; }
            host=$0 program=$1
            set -e
            parity export log > expected
            sed '2,$s/,log$/,-/' expected > dash
            parity export - < log | cmp - dash
            parity export <(cat log) | cut -d, -f1-34 | cmp - <(cut -d, -f1-34 expected)
            parity merge log -o /dev/stdout 2> note | parity summary - -o merged.txt
            parity summary log | cmp - merged.txt
            mkfifo pipe; cat pipe > received & parity export log -o pipe; wait; cmp received expected
            parity sweep --device cpu --quiet --log a --spec <(cat spec) > a.txt
            parity sweep --device cpu --quiet --log b --spec - < spec > b.txt
            parity sweep --device cpu --quiet --log c --spec /dev/stdin < <(cat spec) > c.txt
            cmp <(head -4 a.txt) <(head -4 b.txt); cmp <(head -4 a.txt) <(head -4 c.txt)
            parity export log -o /dev/null
            test -c /dev/null
            """);

        Assert.Equal(new CommandResult(0, "", ""), result);
    }

    [Fact]
    public void The_ending_of_a_name_says_the_format()
    {
        Assert.Equal(0, Run("export log", "-o", folder["runs.jsonl"]).ExitCode);
        Assert.Equal(0, Run("export log", "-o", folder["runs.parquet"]).ExitCode);
        Assert.Equal(0, Run("summary log", "-o", folder["summary.json"]).ExitCode);
        Assert.Equal(0, Run("export log --format csv", "-o", folder["runs.dat"]).ExitCode);

        Assert.Equal(Run("export log --format jsonl").Output, File.ReadAllText(folder["runs.jsonl"]));
        Assert.StartsWith("PAR1", File.ReadAllText(folder["runs.parquet"]), StringComparison.Ordinal);
        Assert.Equal(Run("summary log --format json").Output, File.ReadAllText(folder["summary.json"]));
        Assert.Equal(Run("export log").Output, File.ReadAllText(folder["runs.dat"]));
    }

    [Fact]
    public void Figures_of_an_experiment_replace_those_of_its_own_logs_only()
    {
        Directory.CreateDirectory(folder["run"]);
        File.WriteAllText(folder["run/theorem4.csv"], "precious");
        string[] command = ["reproduce", "theorem4", "--scale", "smoke", "--device", "cpu", "--quiet", "-o", folder["run"]];

        CommandLine.Run(command).MustBeUserError("--out", "theorem4.csv", "--force");
        Assert.Equal(["theorem4.csv"], Directory.GetFiles(folder["run"]).Select(Path.GetFileName));

        Assert.Equal(0, CommandLine.Run([.. command, "--force"]).ExitCode);
        Assert.NotEqual("precious", File.ReadAllText(folder["run/theorem4.csv"]));
        Assert.Equal(0, CommandLine.Run(command).ExitCode);
    }

    [Fact]
    public void Places_that_hold_no_file_are_named()
    {
        Run("export log", "-o", folder.Root).MustBeUserError("-o", folder.Root, "directory");
        Run("export log", "-o", Path.Combine(folder["missing"], "runs")).MustBeUserError("-o", "missing", "directory");
        Run("export log", "-o", " ").MustBeUserError("-o", "name of a file");

        // Not even the superuser creates files in /proc.
        if (OperatingSystem.IsLinux())
            Run("export log", "-o", "/proc/runs").MustBeUserError("-o /proc/runs", "may write");

        Assert.Equal(["log", "spec"], folder.Files.Order());
    }

    private CommandResult Run(string command, params string[] more) => CommandLine.Run(
        [.. command.Split(' ').Select(word => word is "log" or "spec" ? folder[word] : word), .. more.Where(word => word.Length > 0)]);

    /// <summary>Errors but for what a log lacks or how a run ended.</summary>
    private static string Note(string error) => string.Concat(error.Split('\n').Where(line => line.Contains("must be", StringComparison.Ordinal)));
}
