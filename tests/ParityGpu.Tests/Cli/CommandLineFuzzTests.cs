using CsCheck;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Cli;

/// <summary>Whatever is typed or stands in a spec file, the program does it or says in one line what is wrong.</summary>
public sealed class CommandLineFuzzTests : IDisposable
{
    private const int Cases = 10_000;

    private static readonly string[] Commands = ["sweep", "train", "bench", "summary", "verify", "theory majority", "theory baselines", "theory", "--version", ""];

    private static readonly string[] Values =
    [
        "0", "1", "2", "3", "-1", "30", "1,2", "1,1", ",", "", " ", "1e-3", "1e400", "NaN", "Infinity", "0x10", "1.5", "99999999999999999999",
        "relu", "polynet", "mlp,deep", "transformer", "hinge,square", "sparse", "adam", "log:4", "log:0", "none", "true", "0=1,10=0.5", "0=1@", "first",
        "json", "text", "'", "\"", "\\", "\0", "\n", "é∞", "--", "-", "@file", "$HOME", "no-such-file", "/", "NUL", "{}", "[]",
    ];

    private static readonly string[] Options =
    [
        .. SpecSetting.All.Select(setting => setting.Option),
        "--device", "--threads", "--log", "--resume", "--format", "--quiet", "--spec", "--seed", "--shape", "--seconds", "--checkpoint", "--help", "-h",
        "--n", "--unknown", "-x", "/?", "---",
    ];

    private static readonly Gen<string> AnyText = Gen.OneOf(Pick(Values), Gen.String[0, 12]);

    private static readonly Gen<string[]> Arguments = Gen.Select(
        Pick(Commands),
        Gen.Select(Pick(Options), AnyText, Gen.Int[0, 9], (option, value, shape) => shape switch
        {
            0 => new[] { option },
            1 => [value],
            2 => [$"{option}={value}"],
            _ => [option, value],
        }).Array[0, 5],
        (command, words) => (string[])[.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. words.SelectMany(word => word)]);

    private readonly TemporaryFolder folder = new();

    private static Gen<string> Pick(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Any_command_line_is_done_or_explained() =>
        Arguments.Sample(arguments => Check(Harmless(arguments)), iter: TestScale.Cases(Cases), threads: 1);

    [Fact]
    public void Any_spec_file_is_read_or_explained()
    {
        const string Valid = """{ "n": [30, 40], "k": 3, "model": "mlp", "lr": [0.1, 1e-3], "curve": "log:4", "schedule": "0=1,10=0.5", "seeds": 5 }""";
        Gen<string> text = Gen.Select(
            Gen.Int[0, Valid.Length], Gen.Int[0, 8], Gen.OneOf(AnyText, Pick("{", "[", "]", "null", "1e999", "[[[[", "\"n\":", ",", ":", "//")),
            (at, length, with) => Valid[..at] + with + Valid[Math.Min(Valid.Length, at + length)..]);
        text.Sample(
            json =>
            {
                File.WriteAllText(folder["spec"], json);
                Check(["sweep", "--device", "nowhere", "--log", folder["log"], "--spec", folder["spec"]]);
            },
            iter: TestScale.Cases(Cases),
            threads: 1);
    }

    /// <summary>The same command line, but for a device that does not exist where it would train, and files in the test's own folder.</summary>
    private string[] Harmless(string[] arguments)
    {
        string[] kept = [.. arguments.Where(word => !word.StartsWith("--log", StringComparison.Ordinal))];
        return kept is not ["sweep" or "train" or "bench" or "verify", ..]
            ? kept
            : [kept[0], "--device", "nowhere", .. kept[0] is "sweep" or "train" ? new[] { "--log", folder["log"] } : [], .. kept[1..]];
    }

    private void Check(string[] arguments)
    {
        CommandResult result = CommandLine.Run(arguments);
        string shown = string.Join(' ', arguments);
        Assert.True(result.ExitCode is 0 or 2, $"{shown}: {result.ExitCode}, {result.Error}");
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        if (result.ExitCode == 2)
            Assert.True(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == 1, $"{shown}: {result.Error}");

        Assert.False(File.Exists(folder["log"]), shown);
    }
}
