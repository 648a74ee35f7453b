using ParityGpu.Kernels;
using ParityGpu.Specs;
using ParityGpu.Statistics;
using Xunit;

namespace ParityGpu.Tests.Statistics;

public sealed class PointPairTests
{
    private static readonly SweepSpec Grid = new() { Width = [10, 100], Lr = [0.1, 0.3, 1] };

    [Fact]
    public void Logs_of_the_same_points_are_matched_whatever_their_order()
    {
        IReadOnlyList<PointPair> pairs = PointPair.OfLogs(
            ("a", Points(Grid)), ("b", Points(Grid with { Width = [100, 10], Lr = [1, 0.1, 0.3] })));

        Assert.Equal(6, pairs.Count);
        Assert.All(pairs, pair => Assert.Equal(pair.A, pair.B));
        Assert.Equal(Grid.Points(), pairs.Select(pair => pair.A));
    }

    [Fact]
    public void Logs_may_differ_in_settings_of_one_value_each()
    {
        IReadOnlyList<PointPair> pairs = PointPair.OfLogs(
            ("a", Points(Grid)), ("b", Points(Grid with { Batch = [1], Loss = [Loss.Square] })));

        Assert.Equal(6, pairs.Count);
        Assert.All(pairs, pair => Assert.Equal(pair.A with { Batch = 1, Loss = Loss.Square }, pair.B));
    }

    [Fact]
    public void A_point_without_a_match_is_named()
    {
        string first = Assert.Throws<UserErrorException>(() => PointPair.OfLogs(("a", Points(Grid)), ("b", Points(Grid with { Width = [10, 30] })))).Message;
        string second = Assert.Throws<UserErrorException>(() => PointPair.OfLogs(("a", Points(Grid with { Lr = [0.1, 0.3] })), ("b", Points(Grid)))).Message;

        Assert.StartsWith("a: the point with width 100, lr 0.1 has no match in b", first, StringComparison.Ordinal);
        Assert.StartsWith("b: the point with width 10, lr 1 has no match in a", second, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_is_compared_in_all_pairs_of_its_values()
    {
        IReadOnlyList<PointPair> pairs = PointPair.By(SpecSetting.Find("lr")!, Points(Grid));

        Assert.Equal(
            [(10, 0.1, 0.3), (10, 0.1, 1), (10, 0.3, 1), (100, 0.1, 0.3), (100, 0.1, 1), (100, 0.3, 1)],
            pairs.Select(pair => (pair.A.Width, pair.A.LearningRate, pair.B.LearningRate)));
        Assert.All(pairs, pair => Assert.Equal(pair.A with { LearningRate = pair.B.LearningRate }, pair.B));
        Assert.Empty(PointPair.By(SpecSetting.Find("batch")!, Points(Grid)));
    }

    [Fact]
    public void Settings_that_come_with_a_network_do_not_stand_between_two()
    {
        IReadOnlyList<PointPair> pairs = PointPair.By(
            SpecSetting.Find("model")!, Points(new SweepSpec { Model = [Model.Mlp, Model.Polynet], Width = [10], Activation = [Activation.Sin] }));

        PointPair pair = Assert.Single(pairs);
        Assert.Equal((Model.Mlp, Model.Polynet), (pair.A.Model, pair.B.Model));
    }

    private static PointRuns[] Points(SweepSpec spec) => [.. spec.Points().Select(point => new PointRuns(point))];
}
