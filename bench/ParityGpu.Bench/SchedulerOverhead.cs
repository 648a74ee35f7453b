using System.Diagnostics;
using System.Globalization;
using ParityGpu.Banks;
using ParityGpu.Devices;
using ParityGpu.Logs;
using ParityGpu.RandomSpecs;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Bench;

/// <summary>
/// What a sweep costs beside its launches: taking runs, reading states, the log, progress. Times every launch of a real sweep of one
/// shape, on one CPU thread, from the first launch to the end of the last run.
/// </summary>
internal static class SchedulerOverhead
{
    public static void Run(TextWriter output)
    {
        var spec = new SweepSpec { N = [30], K = [3], Width = [100], Batch = [64], Lr = [1], Seeds = 10_000 };
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using Device cpu = DeviceCatalog.OpenCpu(1);
        BankDevice bank = BankDevice.Of(cpu)[0];
        var device = new TimedDevice(bank);
        TimeSpan elapsed;
        try
        {
            using RunLogWriter log = RunLogWriter.Create(path, spec);
            log.Start(cpu.Name);
            long start = Stopwatch.GetTimestamp();
            new SweepRunner { Spec = spec, Devices = [device], Sink = log }.Run(CancellationToken.None);
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        finally
        {
            File.Delete(path);
        }

        elapsed -= device.Prepared;
        double share = 1 - (device.Launched / elapsed);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{spec.Runs} runs at (30,3,100,64): {elapsed.TotalSeconds:0.00} s after {device.Prepared.TotalSeconds:0.00} s of preparation, {device.Launches} launches of {device.Launched.TotalSeconds:0.00} s, beside them {share:0.0%}"));
    }

    private sealed class TimedDevice(IRunDevice device) : DelegatingDevice(device)
    {
        public TimeSpan Launched { get; private set; }

        /// <summary>Time that allocation and compiling took.</summary>
        public TimeSpan Prepared { get; private set; }

        public int Launches { get; private set; }

        public override IRunBank? CreateBank(BankShape shape, long runs)
        {
            long start = Stopwatch.GetTimestamp();
            IRunBank? bank = base.CreateBank(shape, runs);
            Prepared += Stopwatch.GetElapsedTime(start);
            return bank is null ? null : new TimedBank(this, bank);
        }

        private sealed class TimedBank(TimedDevice owner, IRunBank bank) : DelegatingBank(bank)
        {
            public override TimeSpan Finish()
            {
                TimeSpan elapsed = base.Finish();
                owner.Launched += elapsed;
                owner.Launches++;
                return elapsed;
            }
        }
    }
}
