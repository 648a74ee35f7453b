using System.Runtime.InteropServices;
using ParityGpu.Cli;
using Xunit;

namespace ParityGpu.Tests.Cli;

public sealed class InterruptionTests
{
    /// <summary>timeout(1) and job managers send a signal to a process and to its group.</summary>
    [Fact]
    public void A_signal_that_is_repeated_at_once_is_one_request_and_a_later_one_ends_the_process()
    {
        var clock = new Clock();
        using var interruption = new Interruption(clock);
        Assert.False(interruption.Token.IsCancellationRequested);

        Assert.True(IsTaken(PosixSignal.SIGINT, ExitCodes.Interrupted));
        Assert.True(interruption.Token.IsCancellationRequested);
        clock.Now += TimeSpan.FromMilliseconds(999);
        Assert.True(IsTaken(PosixSignal.SIGINT, ExitCodes.Interrupted));
        clock.Now += TimeSpan.FromMilliseconds(1);
        Assert.True(IsTaken(PosixSignal.SIGTERM, ExitCodes.Terminated));
        Assert.False(IsTaken(PosixSignal.SIGINT, ExitCodes.Interrupted));
        Assert.Equal(ExitCodes.Interrupted, interruption.ExitCode);

        bool IsTaken(PosixSignal signal, int exitCode)
        {
            var context = new PosixSignalContext(signal);
            interruption.Stop(context, exitCode);
            return context.Cancel;
        }
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
