using ParityGpu.Tests.Logs;
using Xunit;

namespace ParityGpu.Tests.Cli;

public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--k 5 --n 3", "--k 5", "at most n", "3")]
    [InlineData("--n 3,30 --k 4", "--k 4", "at most n", "3")]
    [InlineData("--k 0", "--k 0", "from 1")]
    [InlineData("--k -1", "--k -1", "from 1")]
    [InlineData("--n 0", "--n 0", "from 1")]
    [InlineData("--n 30.5", "--n 30.5", "integer")]
    [InlineData("--n thirty", "--n thirty", "integer")]
    [InlineData("--n 99999999999", "--n 99999999999", "integer")]
    [InlineData("--n 30,,40", "--n ''", "integer")]
    [InlineData("--n 30,30", "--n 30", "twice")]
    [InlineData("--n", "--n", "value")]
    [InlineData("--width 0", "--width 0", "from 1")]
    [InlineData("--width -10", "--width -10", "from 1")]
    [InlineData("--batch 0", "--batch 0", "from 1")]
    [InlineData("--lr NaN", "--lr NaN", "number from")]
    [InlineData("--lr Infinity", "--lr Infinity", "number from")]
    [InlineData("--lr -Infinity", "--lr -Infinity", "number from")]
    [InlineData("--lr 1e999", "--lr 1e999", "number from")]
    [InlineData("--lr 0", "--lr 0", "number from")]
    [InlineData("--lr -0.1", "--lr -0.1", "number from")]
    [InlineData("--weight-decay 1.5", "--weight-decay 1.5", "from 0 to 1")]
    [InlineData("--weight-decay NaN", "--weight-decay NaN", "from 0 to 1")]
    [InlineData("--seeds 0", "--seeds 0", "from 1")]
    [InlineData("--seeds -5", "--seeds -5", "from 1")]
    [InlineData("--seeds 1,2", "--seeds 1,2", "integer")]
    [InlineData("--seeds 9223372036854775807", "--seeds 9223372036854775807", "integer")]
    [InlineData("--seeds 1125899906842624", "--seeds 1125899906842624", "at most")]
    [InlineData("--first-seed -1", "--first-seed -1", "from 0")]
    [InlineData("--first-seed 9223372036854775800", "--first-seed 9223372036854775800", "at most")]
    [InlineData("--max-steps 0", "--max-steps 0", "from 1")]
    [InlineData("--max-steps 1000000000000 --batch 16000000", "--max-steps 1000000000000", "at most")]
    [InlineData("--batch 16777217", "--batch 16777217", "to 16777216")]
    [InlineData("--test-samples 0", "--test-samples 0", "from 1")]
    [InlineData("--init xavier", "--init xavier", "xavier-uniform, kaiming-normal, sign, torch")]
    [InlineData("--loss mse", "--loss mse", "hinge")]
    [InlineData("--model transformer --init sparse", "--init sparse", "another initialisation")]
    [InlineData("--model transformer --d-emb 8192 --heads 1025 --d-attn 8", "--d-emb 8192", "at most 67108864")]
    [InlineData("--model cnn", "--model cnn", "mlp")]
    [InlineData("--activation tanh", "--activation tanh", "relu")]
    [InlineData("--model polynet --width 100", "--width 100", "must be k (k = 3) or left out", "needs --model mlp, deep, transformer or deep-mlp")]
    [InlineData("--model polynet,disjoint-polynet --k 2,3 --width 2 --n 6", "--width 2", "k (k = 2,3)", "--model mlp, deep, transformer or deep-mlp")]
    [InlineData("--model deep --activation sin", "--activation sin", "needs --model mlp")]
    [InlineData("--model polynet --output fixed", "--output fixed", "needs --model mlp")]
    [InlineData("--depth 3", "--depth 3", "needs --model deep")]
    [InlineData("--depth 4", "--depth 4", "needs --model deep")]
    [InlineData("--heads 2", "--heads 2", "needs --model transformer")]
    [InlineData("--input-bias 1.01", "--input-bias 1.01", "number from 0 to 1")]
    [InlineData("--mixture 0.5", "--mixture 0.5", "needs --input-bias other than 0.5")]
    [InlineData("--biased-steps 50", "--biased-steps 50", "needs --input-bias other than 0.5 and fresh batches")]
    [InlineData("--input-bias 0.1 --samples 500 --biased-steps 50", "--biased-steps 50", "fresh batches")]
    [InlineData("--input-schedule 0=0.1,5", "--input-schedule 0=0.1,5", "FROM ascending from 0, such as 0=0.01,2000=0.01:0.1")]
    [InlineData("--input-schedule 0=0.1 --samples 500", "--input-schedule 0=0.1", "needs fresh batches")]
    [InlineData("--input-schedule 0=0.1 --input-bias 0.2", "--input-bias 0.2", "needs --input-schedule none")]
    [InlineData("--input-bias 0.1 --mixture 0", "--mixture 0", "above 0")]
    [InlineData("--tasks 0", "--tasks 0", "none, an integer from 1 to 16384")]
    [InlineData("--tasks c1:x1+c1:x2", "--tasks c1:x1+c1:x2", "different control bits")]
    [InlineData("--tasks 5 --model polynet", "--tasks 5", "--model mlp or deep-mlp, not polynet")]
    [InlineData("--tasks c1:x31", "--tasks c1:x31", "names x31", "up to x30")]
    [InlineData("--tasks 5 --n 4 --k 3", "--tasks 5", "at most 4")]
    [InlineData("--tasks 5 --init sparse", "--init sparse", "another initialisation")]
    [InlineData("--tasks c1:x1 --k 2", "--k 2", "needs --target parity and no list of --tasks")]
    [InlineData("--tasks c1:x1x2x3+c2:x2x4 --target x1+x1x2x3 --loss square", "must list tasks of 3 inputs each with --target x1+x1x2x3", "one has 2")]
    [InlineData("--tasks 3 --target x1+x1x2 --loss square --k 4", "--k 4", "needs --target parity")]
    [InlineData("--tasks 3 --subset random", "--subset random", "needs --tasks none")]
    [InlineData("--zipf 0.5", "--zipf 0.5", "needs a number for --tasks and --task-batch drawn")]
    [InlineData("--tasks c1:x1+c2:x2 --task-seed 4", "--task-seed 4", "needs a number for --tasks")]
    [InlineData("--task-loss 0.2", "--task-loss 0.2", "needs --tasks")]
    [InlineData("--single-steps 5", "--single-steps 5", "needs --tasks, --task-batch drawn and fresh batches")]
    [InlineData("--tasks 3 --samples 100 --single-steps 5", "--single-steps 5", "fresh batches")]
    [InlineData("--tasks 3 --task-batch equal", "--batch 64", "a multiple of the 3 tasks")]
    [InlineData("--tasks 4 --task-batch equal --samples 100", "--task-batch equal", "fresh batches")]
    [InlineData("--tasks 3 --n 8 --curve 50 --curve-gap true", "--curve-gap true", "without --tasks")]
    [InlineData("--sparsity 5", "--sparsity 5", "needs --init sparse")]
    [InlineData("--init-sigma 0.1", "--init-sigma 0.1", "needs --init gaussian or rademacher")]
    [InlineData("--init gaussian", "--init-sigma 0", "above 0 with --init gaussian")]
    [InlineData("--init gaussian --init-sigma -1", "--init-sigma -1", "number from 0 to 1000")]
    [InlineData("--logits 3", "--logits 3", "integer from 1 to 2")]
    [InlineData("--logits 2", "--logits 2", "needs --loss logistic and a trained output layer")]
    [InlineData("--loss logistic --model polynet --logits 2", "--logits 2", "needs --loss logistic and a trained output layer")]
    [InlineData("--optimizer adamw --lr 2 --weight-decay 0.6", "--weight-decay 0.6", "at most 1", "1.2")]
    [InlineData("--model disjoint-polynet --biases zero", "--biases zero", "needs --model other than disjoint-polynet")]
    [InlineData("--momentum 0.5", "--momentum 0.5", "needs --optimizer momentum, adam or adamw")]
    [InlineData("--optimizer momentum --beta2 0.9", "--beta2 0.9", "needs --optimizer adam or adamw")]
    [InlineData("--momentum 0.9", "--momentum 0.9", "needs --optimizer momentum, adam or adamw")]
    [InlineData("--model polynet --activation relu", "--activation relu", "needs --model mlp")]
    [InlineData("--model transformer --activation sin", "--activation sin", "needs --model mlp")]
    [InlineData("--model polynet --width 100,200", "--width 100,200", "k (k = 3)")]
    [InlineData("--weight-decay 0.1 --schedule 0=1@0", "--weight-decay 0.1", "--schedule")]
    [InlineData("--widht 3", "--widht", "did you mean --width?")]
    [InlineData("--model plynet", "--model plynet", "did you mean polynet?")]
    [InlineData("--init xavier", "--init xavier", "did you mean xavier-uniform?")]
    [InlineData("--device cdua", "--device cdua", "did you mean cuda?")]
    [InlineData("--width 1e-3", "--width 1e-3", "integer")]
    [InlineData("--width 1e30", "--width 1e30", "integer")]
    [InlineData("--width 1e1,10", "--width 10", "twice")]
    [InlineData("--subset last", "--subset last", "first, random")]
    [InlineData("--format xml", "--format xml", "text, json")]
    [InlineData("--threads 0", "--threads 0", "from 1")]
    [InlineData("--threads two", "--threads two", "from 1")]
    [InlineData("--device tpu", "--device tpu", "cpu")]
    [InlineData("--device cuda:99", "--device cuda:99")]
    [InlineData("--device cpu,cpu", "--device cpu,cpu", "cpu twice", "must be different")]
    [InlineData("--device cpu,,", "--device", "cuda:i")]
    [InlineData("--checkpoint -1", "--checkpoint -1", "from 0 to")]
    [InlineData("--checkpoint often", "--checkpoint often", "from 0 to")]
    [InlineData("--device opencl:-1", "--device opencl:-1")]
    [InlineData("--spec no-such.json", "--spec no-such.json", "no such file")]
    [InlineData("--curve 0", "--curve 0", "none, an integer from 1")]
    [InlineData("--curve -5", "--curve -5", "log:q")]
    [InlineData("--curve log:0", "--curve log:0", "from 1 to 100")]
    [InlineData("--curve log:101", "--curve log:101", "from 1 to 100")]
    [InlineData("--curve log", "--curve log", "log:q")]
    [InlineData("--curve 10,20", "--curve 10,20", "integer")]
    [InlineData("--curve 10 --max-steps 100000", "--curve 10", "at least 11", "10000 points")]
    [InlineData("--curve-gap true", "--curve-gap true", "with --curve")]
    [InlineData("--curve-norms true", "--curve-norms true", "with --curve")]
    [InlineData("--curve-tasks true --curve 50 --max-steps 100", "--curve-tasks true", "and --tasks")]
    [InlineData("--curve-tasks true --tasks 3", "--curve-tasks true", "with --curve")]
    [InlineData("--curve-tasks true --tasks 300 --curve 1 --max-steps 5000", "--curve-tasks true", "1048576 losses", "209 tasks at 5002 points of --curve 1 (--tasks has 300)")]
    [InlineData("--weights-at curve", "--weights-at curve", "with --weights")]
    [InlineData("--weights-at end", "--weights-at end", "with --weights")]
    [InlineData("--weights w --weights-at curve", "--weights-at curve", "with --curve")]
    [InlineData("--weights w --weights-at steps", "--weights-at steps", "one of end, curve")]
    [InlineData("--curve log:4 --curve-gap true --n 10,21", "--curve-gap true", "at most 20", "n = 21")]
    [InlineData("--curve 100 --curve-gap true --n 10 --model mlp,transformer", "--curve-gap true", "without --model transformer")]
    [InlineData("--curve-gap yes", "--curve-gap yes", "true or false")]
    [InlineData("--shard 8/8", "--shard 8/8", "from 0 to N-1", "auto")]
    [InlineData("--shard 0/0", "--shard 0/0", "i/N")]
    [InlineData("--shard -1/8", "--shard -1/8", "i/N")]
    [InlineData("--shard 3", "--shard 3", "i/N")]
    [InlineData("--shard 1/99999999999", "--shard 1/99999999999", "i/N")]
    [InlineData("--shard", "--shard", "value")]
    [InlineData("--colour red", "--colour")]
    [InlineData("extra", "extra")]
    public void Sweep_says_what_is_wrong_and_writes_nothing(string arguments, params string[] names)
    {
        CommandLine.Run(["sweep", .. arguments.Split(' '), "--log", folder["log"]]).MustBeUserError(names);

        Assert.Empty(folder.Files);
    }

    [Theory]
    [InlineData("frobnicate", "frobnicate", "sweep, train, reproduce, summary, plot, report, compare, export, merge, devices, verify, bench")]
    [InlineData("swep", "swep: unknown command", "did you mean sweep?")]
    [InlineData("help swep", "swep: unknown command", "did you mean sweep?")]
    [InlineData("summary x --by width", "--by: unknown option of summary (it belongs to compare)", "'parity summary --help'")]
    [InlineData("summary x --fromat csv", "--fromat: unknown option", "did you mean --format?")]
    [InlineData("plot x --knd width -o y.svg", "--knd: unknown option", "did you mean --kind?")]
    [InlineData("report x --output y", "--output: unknown option", "did you mean --out?")]
    [InlineData("plot x --kind widht -o y.svg", "--kind widht", "did you mean width?")]
    [InlineData("compare x --by widht", "--by widht", "did you mean width?")]
    [InlineData("reproduce fg14", "fg14", "did you mean fig14?")]
    [InlineData("reproduce al", "al", "did you mean all?")]
    [InlineData("reproduce all -o folder", "--out folder", "paper.html")]
    [InlineData("reproduce all -o no/such/paper.html", "--out no/such/paper.html", "no directory")]
    [InlineData("reproduce fig14 --scale smok", "--scale smok", "did you mean smoke?")]
    [InlineData("theory flow --seeds 5", "--seeds 5", "needs --init normal")]
    [InlineData("export x -o runs.xlsx", "-o runs.xlsx", ".csv, .jsonl, .parquet", "--format")]
    [InlineData("export x -o runs.csv --format jsonl", "--format jsonl", "runs.csv", "must be csv")]
    [InlineData("summary x -o runs.parquet", "-o runs.parquet", ".txt, .json, .csv")]
    [InlineData("summary", "LOG")]
    [InlineData("compare", "LOG")]
    [InlineData("compare x --format xml", "--format xml", "text, json, csv")]
    [InlineData("summary no-such-log", "no-such-log", "no such file")]
    [InlineData("summary x --format xml", "--format xml", "text, json, csv")]
    [InlineData("bench --model polynet --activation sin", "--activation sin", "needs --model mlp")]
    [InlineData("completion", "SHELL")]
    [InlineData("completion tcsh", "SHELL tcsh", "bash, zsh, fish, powershell")]
    [InlineData("export", "LOG")]
    [InlineData("export no-such-log", "no-such-log", "no such file")]
    [InlineData("export no-such-log -o runs.csv", "no-such-log", "no such file")]
    [InlineData("export x --format xml", "--format xml", "csv, jsonl, parquet")]
    [InlineData("export x --format parquet", "--format parquet", "-o FILE")]
    [InlineData("export x --force", "--force", "-o FILE")]
    [InlineData("export x -o", "-o", "--help")]
    [InlineData("export x -o --force", "-o --force", "name of a file")]
    [InlineData("merge -o out", "LOG")]
    [InlineData("merge no-such-log -o out", "no-such-log", "no such file")]
    [InlineData("merge no-such-log", "-o")]
    [InlineData("merge no-such-log -o no-such-folder/out", "-o no-such-folder/out", "no directory")]
    [InlineData("slurm", "--shards")]
    [InlineData("slurm --shards 0", "--shards 0", "from 1")]
    [InlineData("slurm --shards 501", "--shards 501", "at most", "500 runs")]
    [InlineData("slurm --shards 2 --n 2", "--k 3", "at most n")]
    [InlineData("slurm --shards 2 --time soon", "--time soon", "H:M:S")]
    [InlineData("slurm --shards 2 --partition a;b", "--partition a;b", "letters")]
    [InlineData("slurm --shards 2 --account $HOME", "--account $HOME", "letters")]
    [InlineData("slurm --shards 2 --folder a'b", "--folder a'b", "quotes")]
    [InlineData("slurm --shards 2 --cpus 0", "--cpus 0", "from 1")]
    [InlineData("slurm --shards 2 --gpus none", "--gpus none", "from 1")]
    [InlineData("slurm --shards 2 --memory 4", "--memory 4", "M, G or T")]
    [InlineData("slurm no-such.json --shards 2", "no-such.json", "no such file")]
    [InlineData("slurm a.json --spec b.json --shards 2", "--spec b.json", "one spec file")]
    [InlineData("kubernetes --shards 2 --claim logs", "--image")]
    [InlineData("kubernetes --shards 2 --image a", "--claim")]
    [InlineData("kubernetes --shards 2 --image a --claim Logs", "--claim Logs", "lower-case")]
    [InlineData("kubernetes --shards 2 --image a: --claim logs --folder shards", "--folder shards", "absolute")]
    [InlineData("kubernetes --shards 2 --image a'b --claim logs", "--image a'b", "name of an image")]
    [InlineData("kubernetes --shards 2 --image a --claim logs --name -", "--name -", "lower-case")]
    [InlineData("train --width 10,30", "--width 10,30", "one value")]
    [InlineData("train --curve none", "--curve none", "log:q")]
    [InlineData("train --seed -1", "--seed -1", "from 0")]
    [InlineData("train --seeds 5", "--seeds", "--help")]
    [InlineData("train --format xml", "--format xml", "text, json, csv")]
    [InlineData("train --log ", "--log", "name of a file")]
    [InlineData("devices --format csv", "--format csv", "text, json")]
    [InlineData("verify --device cuda:99", "--device cuda:99")]
    [InlineData("bench --shape 3,4,5,6", "--shape 3,4,5,6", "k at most n")]
    [InlineData("bench --shape 3,2,5", "--shape 3,2,5", "n,k,r,B")]
    [InlineData("bench --seconds 0", "--seconds 0", "above 0")]
    [InlineData("bench --seconds NaN", "--seconds NaN", "above 0")]
    public void Other_commands_say_what_is_wrong(string arguments, params string[] names) =>
        CommandLine.Run(arguments.Split(' ')).MustBeUserError(names);

    [Fact]
    public void Resume_needs_the_name_of_a_log() => CommandLine.Run("sweep", "--resume").MustBeUserError("--resume", "--log");

    [Fact]
    public void An_existing_log_is_not_overwritten()
    {
        File.WriteAllText(folder["log"], "precious");

        CommandLine.Run("sweep", "--log", folder["log"]).MustBeUserError("--log", folder["log"], "--resume");

        Assert.Equal("precious", File.ReadAllText(folder["log"]));
    }

    [Fact]
    public void A_directory_is_no_log()
    {
        CommandLine.Run("sweep", "--log", folder.Root).MustBeUserError("--log", folder.Root, "directory");
        CommandLine.Run("sweep", "--log", folder.Root, "--resume").MustBeUserError("--log", folder.Root, "directory");
        CommandLine.Run("summary", folder.Root).MustBeUserError(folder.Root, "directory");
    }

    [Fact]
    public void A_missing_directory_is_not_created()
    {
        string path = Path.Combine(folder["missing"], "log");

        CommandLine.Run("sweep", "--log", path).MustBeUserError("--log", path, "directory");

        Assert.False(Directory.Exists(folder["missing"]));
    }

    [Fact]
    public void Places_that_cannot_be_written_or_read_are_named()
    {
        if (!OperatingSystem.IsLinux())
            return;

        // Not even the superuser creates files in /proc, or reads page 0 of a process.
        CommandLine.Run("sweep", "--device", "cpu", "--seeds", "1", "--log", "/proc/parity-log")
            .MustBeUserError("--log /proc/parity-log", "may write");
        CommandLine.Run("summary", "/proc/self/mem").MustBeUserError("/proc/self/mem", "cannot be read");
        CommandLine.Run("sweep", "--seeds", "1", "--log", "/dev/null", "--resume").MustBeUserError("--log /dev/null", "file");
    }

    [Fact]
    public void A_log_of_another_sweep_is_not_touched()
    {
        SmallLog.Write(folder["log"], 3);
        byte[] before = File.ReadAllBytes(folder["log"]);

        CommandLine.Run("sweep", "--width", "10", "--log", folder["log"], "--resume").MustBeUserError("--width", "10,100", "same sweep");

        Assert.Equal(before, File.ReadAllBytes(folder["log"]));
    }

    [Theory]
    [InlineData("{ \"widht\": 3 }", "widht", "did you mean width?")]
    [InlineData("{ \"n\": 0 }", "n 0", "from 1")]
    [InlineData("{ \"n\": \"30\" }", "n \"30\"", "integer")]
    [InlineData("{ \"n\": [] }", "n", "1 to")]
    [InlineData("{ \"curveGap\": 1 }", "curveGap 1", "true or false")]
    [InlineData("{ \"curve\": true }", "curve true", "log:q")]
    [InlineData("{ \"n\": null }", "n null", "integer")]
    [InlineData("{ \"lr\": 1e999 }", "lr 1e999", "number")]
    [InlineData("{ \"seeds\": [1, 2] }", "seeds", "one value")]
    [InlineData("{ \"weightDecay\": 0, \"weight-decay\": 0 }", "weight-decay", "twice")]
    [InlineData("{ \"n\": 3", "not JSON", "line 1")]
    [InlineData("[]", "object")]
    [InlineData("", "not JSON")]
    [InlineData("{ \"k\": 31 }", "--k 31", "at most n")]
    public void A_spec_file_is_checked_like_options(string json, params string[] names)
    {
        File.WriteAllText(folder["spec.json"], json);

        CommandLine.Run("sweep", "--spec", folder["spec.json"], "--log", folder["log"]).MustBeUserError(names);

        Assert.Equal(["spec.json"], folder.Files);
    }

    [Fact]
    public void A_directory_is_no_spec() =>
        CommandLine.Run("sweep", "--spec", folder.Root, "--log", folder["log"]).MustBeUserError("--spec", "directory");
}
