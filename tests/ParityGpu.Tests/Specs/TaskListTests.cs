using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Specs;

/// <summary>The text form of tasks, and the tasks that points have.</summary>
public sealed class TaskListTests
{
    [Theory]
    [InlineData("none", "none", 0, 0)]
    [InlineData("500", "500", 500, 500)]
    [InlineData(" c1 : x1 x2 + c2:x3-x5 ", "c1:x1x2+c2:x3-x5", 2, 2)]
    [InlineData("c3c1:x7x2x1+0.50c2:x9", "c1c3:x1x2x7+0.5c2:x9", 2, 3)]
    [InlineData("1c1:x1-x3x5+2e-3c2:x4-x5", "c1:x1-x3x5+0.002c2:x4x5", 2, 2)]
    public void Tasks_are_read_and_written(string text, string canonical, int count, int controls)
    {
        TaskList tasks = TaskList.TryParse(text)!;

        Assert.Equal((canonical, count, controls), (tasks.ToString(), tasks.Count, tasks.Controls));
        Assert.Equal(tasks, TaskList.TryParse(canonical));
        Assert.Equal(tasks.GetHashCode(), TaskList.TryParse(canonical)!.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("16385")]
    [InlineData("c1")]
    [InlineData("c1:")]
    [InlineData("x1:c1")]
    [InlineData("c0:x1")]
    [InlineData("c1:x0")]
    [InlineData("c1:x1+c1:x2")]
    [InlineData("c1c1:x1")]
    [InlineData("c1:x1x1")]
    [InlineData("c1:x3-x1")]
    [InlineData("c1:x1-x4x2")]
    [InlineData("0c1:x1")]
    [InlineData("c1:x1+")]
    [InlineData("c1:x1-x99999")]
    [InlineData("c1:x1,c2:x2")]
    [InlineData("1e99c1:x1")]
    public void Other_texts_are_none(string text) => Assert.Null(TaskList.TryParse(text));

    [Fact]
    public void Drawn_tasks_have_a_control_bit_each_different_inputs_and_frequencies_of_a_power_law()
    {
        Point point = Of(new Point(6, 2, 5, 8, 0.1), "15") with { Zipf = 0.4 };
        PlannedTask[] tasks = TaskPlan.Of(point);

        Assert.Equal(Enumerable.Range(6, 15), tasks.Select(task => Assert.Single(task.Controls)));
        Assert.Equal(15, tasks.Select(task => string.Join(' ', task.Inputs.Order())).Distinct().Count());
        Assert.All(tasks, task => Assert.Equal(2, task.Inputs.Distinct().Count(input => input is >= 0 and < 6)));
        Assert.Equal(1, tasks.Sum(task => task.Frequency), 1e-12);
        Assert.All(tasks.Index(), task => Assert.Equal(Math.Pow(task.Index + 1, -1.4), task.Item.Frequency / tasks[0].Frequency, 1e-12));
        Assert.NotEqual(tasks.Select(task => task.Inputs), TaskPlan.Of(point with { TaskSeed = 1 }).Select(task => task.Inputs));
        Assert.Equal(21, point.Inputs);
    }

    [Fact]
    public void Tasks_of_a_list_have_its_weights_and_the_first_one_s_inputs_are_the_relevant_ones()
    {
        Point point = Of(new Point(9, 1, 5, 8, 0.1), "c2:x3x4x9+3c1c2:x1");
        PlannedTask[] tasks = TaskPlan.Of(point);

        Assert.Equal([[10], [9, 10]], tasks.Select(task => task.Controls));
        Assert.Equal([[2, 3, 8], [0]], tasks.Select(task => task.Inputs));
        Assert.Equal([0.25, 0.75], tasks.Select(task => task.Frequency));
        Assert.Equal((3, 11), (point.K, point.Inputs));
        Assert.Equal([2, 3, 8], RunPlan.Subset(point, 5));
    }

    private static Point Of(Point point, string tasks) => (point with { Tasks = TaskList.TryParse(tasks)! }).Normalised();
}
