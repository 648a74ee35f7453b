using ParityGpu;
using ParityGpu.Specs;
using ParityGpu.Statistics;

// Lists multiply out into points, each trained from 50 seeds.
var spec = new SweepSpec { N = [12], K = [2, 3], Width = [20], Lr = [0.5], Seeds = 50 };
string log = args.Length > 0 ? args[0] : "example.msgpack";

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    // Goes on where it was stopped: runs that are in the log are not trained again.
    Sweep.Run(spec, log, new SweepOptions { Device = "cpu" }, p => Console.Error.WriteLine($"{p.Done}/{p.Runs} runs"), stop.Token);
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("stopped; start it again to continue");
    return 1;
}

// A log is read as a stream, however long it is.
long steps = 0;
foreach (LoggedRun run in Sweep.ReadRuns(log))
    steps += run.Record.Steps;

var summary = new SummaryBuilder();
summary.Add(log);
foreach (PointSummary point in summary.Build())
    Console.WriteLine($"k = {point.Point.K}: {point.Solved} of {point.Seeds} solved, median {point.Median} steps");

Console.WriteLine($"{steps} steps in all");
return 0;
