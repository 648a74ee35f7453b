using ParityGpu.Banks;
using Xunit;

namespace ParityGpu.Tests.Scheduling;

public sealed class ChunkLengthTests
{
    [Theory]
    [InlineData(1e-6, 0.1)]
    [InlineData(1e-4, 0.1)]
    [InlineData(1e-2, 0.16)]
    [InlineData(5e-2, 0.5)]
    public void Launches_come_to_take_a_tenth_of_a_second_and_up_to_half_of_one_if_steps_are_long(double secondsPerStep, double expected)
    {
        var chunk = new ChunkLength(finishedRunsIdle: false);
        for (int launch = 0; launch < 20; launch++)
            chunk.Launched(TimeSpan.FromSeconds(chunk.Steps * secondsPerStep));

        Assert.Equal(expected, chunk.Steps * secondsPerStep, precision: 6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e9)]
    public void Absurd_times_leave_a_length_that_can_be_launched(double seconds)
    {
        var chunk = new ChunkLength(finishedRunsIdle: false);
        for (int launch = 0; launch < 100; launch++)
        {
            chunk.Launched(TimeSpan.FromSeconds(seconds));
            Assert.InRange(chunk.Steps, 1, 1 << 20);
        }
    }

    [Fact]
    public void Where_finished_runs_idle_a_launch_is_a_fraction_of_a_run()
    {
        var chunk = new ChunkLength(finishedRunsIdle: true);
        for (int run = 0; run < 10; run++)
            chunk.RunFinished(800);

        for (int launch = 0; launch < 20; launch++)
            chunk.Launched(TimeSpan.FromMilliseconds(1));

        Assert.Equal(100, chunk.Steps);
    }

    [Fact]
    public void Very_short_runs_do_not_make_very_short_launches()
    {
        var chunk = new ChunkLength(finishedRunsIdle: true);
        chunk.RunFinished(1);
        for (int launch = 0; launch < 20; launch++)
            chunk.Launched(TimeSpan.FromMilliseconds(1));

        Assert.Equal(16, chunk.Steps);
    }
}
