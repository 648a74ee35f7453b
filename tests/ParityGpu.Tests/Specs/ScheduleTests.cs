using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Specs;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("0=1")]
    [InlineData("0=1,1000=0.1")]
    [InlineData("0=50:0@1,1=0:1@0")]
    [InlineData("0=1:2:3:4:5:6:7:8@0.5")]
    [InlineData("0=1E-05,9223372036854775807=1E+30")]
    [InlineData("0=1,1=1,2=1,3=1,4=1,5=1,6=1,7=1,8=1,9=1,10=1,11=1,12=1,13=1,14=1,15=1")]
    public void The_text_form_reads_back_to_itself(string text)
    {
        Schedule schedule = Schedule.TryParse(text)!;

        Assert.Equal(text, schedule.ToString());
        Assert.Equal(schedule, Schedule.TryParse(schedule.ToString()));
        Assert.Equal(schedule.GetHashCode(), Schedule.TryParse(text)!.GetHashCode());
    }

    [Theory]
    [InlineData(" 0=1.0 , 5=0.50@0 ", "0=1,5=0.5@0")]
    [InlineData("00=1e2", "0=100")]
    [InlineData("0=-0", "0=0")]
    public void Numbers_are_written_in_one_way(string text, string canonical)
    {
        Assert.Equal(canonical, Schedule.TryParse(text)!.ToString());
        Assert.Equal(Schedule.TryParse(canonical), Schedule.TryParse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("=1")]
    [InlineData("0=")]
    [InlineData("0=1,")]
    [InlineData("1=1")]
    [InlineData("0=1,0=2")]
    [InlineData("0=1,5=1,4=1")]
    [InlineData("-1=1")]
    [InlineData("0.5=1")]
    [InlineData("99999999999999999999=1")]
    [InlineData("0=1=2")]
    [InlineData("0=-1")]
    [InlineData("0=1e31")]
    [InlineData("0=NaN")]
    [InlineData("0=Infinity")]
    [InlineData("0=1::2")]
    [InlineData("0=1:2:3:4:5:6:7:8:9")]
    [InlineData("0=1@")]
    [InlineData("0=1@1.5")]
    [InlineData("0=1@-0.5")]
    [InlineData("0=1@0@0")]
    [InlineData("0=1,1=1,2=1,3=1,4=1,5=1,6=1,7=1,8=1,9=1,10=1,11=1,12=1,13=1,14=1,15=1,16=1")]
    public void What_is_no_schedule_is_refused(string text) => Assert.Null(Schedule.TryParse(text));

    [Fact]
    public void The_last_factor_is_for_all_further_layers()
    {
        Schedule.Phase phase = Schedule.TryParse("0=1:0.5@0.25")!.Phases[0];

        Assert.Equal([1, 0.5, 0.5, 0.5], Enumerable.Range(0, 4).Select(phase.Factor));
        Assert.Equal(0.25, phase.Decay);
        Assert.Null(Schedule.Constant.Phases[0].Decay);
        Assert.Equal(Schedule.Constant, Schedule.TryParse("0=1"));
        Assert.NotEqual(Schedule.Constant, Schedule.TryParse("0=1@0"));
    }
}
