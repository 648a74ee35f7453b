using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Terminal;

/// <summary>What --help shows below the options.</summary>
internal static class HelpText
{
    private const int Indent = 2;

    private static readonly string[] RootExamples = ["parity sweep", "parity sweep --help"];

    private static readonly Dictionary<string, string[]> Examples = new()
    {
        ["sweep"] =
        [
            "parity sweep",
            "parity sweep --n 30,50 --k 3 --width 100 --lr 0.1,1 --seeds 1000 --log times.msgpack",
            "parity sweep --spec sweep.json --device cuda --log times.msgpack --resume",
            "parity sweep --resume times.msgpack --seeds 2000      # more seeds of the log's sweep",
            "parity sweep --spec sweep.json --shard 3/8 --log shard-3.msgpack --resume",
            "parity sweep --n 50 --width 100 --seeds 10000 --device all",
            "parity sweep --n 20 --width 100 --curve log:8 --curve-gap true --seeds 50 --log curves.msgpack",
        ],
        ["train"] =
        [
            "parity train --n 50 --k 3 --width 100 --batch 32 --lr 0.1",
            "parity train --n 15 --width 100 --lr 0.1 --curve 10 --curve-gap true --seed 7 --format csv",
        ],
        ["merge"] = ["parity merge shards/shard-*.msgpack -o sweep.msgpack"],
        ["slurm"] =
        [
            "parity slurm sweep.json --shards 64 --time 08:00:00 --partition short --cpus 4 -o sweep.sh",
            "parity slurm --n 50 --seeds 100000 --shards 8 --gpus 1 --setup 'module load cuda' | sbatch",
        ],
        ["kubernetes"] = ["parity kubernetes sweep.json --shards 64 --image lab/parity:1 --claim logs --cpus 4 -o job.yaml"],
        ["summary"] = ["parity summary times.msgpack", "parity summary shard-*.msgpack --where n=30,40 -o summary.csv"],
        ["plot"] =
        [
            "parity plot times.msgpack --kind width -o times.svg",
            "parity plot times.msgpack --kind histogram --where n=30 --where width=100 -o histogram.png",
            "parity plot curves.msgpack --kind progress -o progress.svg --csv progress.csv",
        ],
        ["report"] = ["parity report times.msgpack -o report.html"],
        ["reproduce"] = ["parity reproduce --list", "parity reproduce fig14", "parity reproduce all -o paper.html", "parity reproduce fig2-left --scale paper --device cuda --out histograms"],
        ["compare"] =
        [
            "parity compare batch32.msgpack batch64.msgpack",
            "parity compare lr.msgpack --by lr --format csv",
        ],
        ["completion"] =
        [
            "source <(parity completion bash)                                     # in ~/.bashrc",
            "source <(parity completion zsh)                                      # in ~/.zshrc, after compinit",
            "parity completion fish | source                                      # in ~/.config/fish/config.fish",
            "parity completion powershell | Out-String | Invoke-Expression        # in $PROFILE",
        ],
        ["export"] =
        [
            "parity export times.msgpack -o runs.csv",
            "parity export shard-*.msgpack -o runs.parquet",
            "parity export curves.msgpack --curves | head",
        ],
        ["devices"] = ["parity devices"],
        ["verify"] = ["parity verify --device opencl:0"],
        ["theory"] = ["parity theory majority --n 15 --k 2,4,6", "parity theory gradient --help"],
        ["majority"] = ["parity theory majority --n 15 --k 2,4,6"],
        ["threshold"] = ["parity theory threshold --n 15 --theta -2,0,2"],
        ["gradient"] =
        [
            "parity theory gradient --n 15 --k 2,4,6 --activation sin --init xavier-uniform --bias init",
            "parity theory gradient --n 24 --k 3 --seeds 10 --device cuda",
        ],
        ["flow"] = ["parity theory flow", "parity theory flow --k 3 --n-block 1024,4096,16384 --init normal --seeds 31"],
        ["baselines"] = ["parity theory baselines --n 30 --k 3 --copies 1,2,3,10"],
        ["one-step"] = ["parity theory one-step --n 15 --k 2 --width 1000"],
        ["bench"] = ["parity bench --threads 1 --shape 50,3,100,32 --shape 30,3,10,32"],
    };

    /// <summary>Commands whose options are the settings of a sweep.</summary>
    private static readonly string[] OfSettings = ["sweep", "train", "slurm", "kubernetes"];

    private const string SpecFile =
        """{ "n": [30, 50], "k": 3, "width": [100, 1000], "lr": 0.1, "seeds": 500 }""";

    private const string Solved =
        "A run is solved at the first step at which it has made no error on its last 32 or more training samples and then makes none on "
        + "--test-samples fresh ones; with a --target-accuracy below 1, that fraction of each is enough. With a polynomial "
        + "--target, both must have a mean square loss of at most --target-loss. That step is its convergence time. A run "
        + "that is not solved ends after --max-steps, or when it diverges: a weight becomes infinite or NaN.";

    public static void Install(RootCommand root)
    {
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
            option.Action = new HelpWithExamples();
    }

    /// <summary>Writes what settings require, what "solved" means, and a sample spec file.</summary>
    private static void WriteSettings(TextWriter output)
    {
        var table = new TextTable("Settings that need others", "") { Left = ["Settings that need others", ""] };
        foreach (var group in SettingNeed.All.GroupBy(need => need.Needs))
            table.Add("  " + string.Join(", ", group.Select(need => SpecSetting.Find(need.Setting)!.Option)), group.Key);

        table.Write(output);
        output.WriteLine();
        output.WriteLine("Solved:");
        ScreenText.Write(output, Solved, Indent);
        output.WriteLine();
        output.WriteLine("A --spec file has the options' names, each with a value or a list:");
        output.WriteLine($"  {SpecFile}");
        output.WriteLine();
    }

    private sealed class HelpWithExamples : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            new HelpAction { MaxWidth = ScreenText.Columns(output) }.Invoke(parseResult);
            string command = parseResult.CommandResult.Command.Name;
            if (OfSettings.Contains(command))
                WriteSettings(output);

            output.WriteLine("Examples:");
            foreach (string example in Examples.GetValueOrDefault(command, RootExamples))
                output.WriteLine($"  {example}");

            if (parseResult.CommandResult.Command is RootCommand)
            {
                output.WriteLine();
                ScreenText.Write(
                    output,
                    $"Exit codes: {ExitCodes.Ok} done; {ExitCodes.Failed} a check failed or runs are missing; {ExitCodes.UserError} a wrong option or a damaged log; "
                    + $"{ExitCodes.InternalError} a bug in parity; {ExitCodes.TryAgain} try again: a full disk, a lost device, a log in use; {ExitCodes.Interrupted}, {ExitCodes.Terminated} stopped.");
            }

            return ExitCodes.Ok;
        }
    }
}
