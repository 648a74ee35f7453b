using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Specs;

public sealed class InputScheduleTests
{
    [Theory]
    [InlineData("none", "none")]
    [InlineData("0=0.01", "0=0.01")]
    [InlineData("0=0.01,2000=0.01:0.1,9000=0.5", "0=0.01,2000=0.01:0.1,9000=0.5")]
    [InlineData(" 0=0.10:1.0 , 2147483647=-0 ", "0=0.1,2147483647=0")]
    public void The_text_form_is_read_and_written(string text, string canonical)
    {
        InputSchedule schedule = InputSchedule.TryParse(text)!;

        Assert.Equal(canonical, schedule.ToString());
        Assert.Equal(schedule, InputSchedule.TryParse(canonical));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.1")]
    [InlineData("5=0.1")]
    [InlineData("0=0.1,0=0.2")]
    [InlineData("0=1.1")]
    [InlineData("0=0.1:2")]
    [InlineData("0=0.1:")]
    [InlineData("0=0.1:0.5:0.5")]
    [InlineData("0=0.1@0.5")]
    [InlineData("0=0.1,2147483648=0.5")]
    public void What_is_no_schedule_is_refused(string text) => Assert.Null(InputSchedule.TryParse(text));
}
