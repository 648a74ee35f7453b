using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Reference;

/// <summary>Initial parameters and their places.</summary>
public sealed class ReferenceNetworkTests
{
    public static TheoryData<Point> Networks => [.. Points.Networks(n: 8, k: 4, width: 19, batch: 6)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_parameter_has_a_place_of_its_own_and_padding_is_zero(Point point)
    {
        var network = ReferenceNetwork.Initial(point, 3);
        int parameters = network.Parameters.Length;
        double[] layout = network.InLayout([.. Enumerable.Range(1, parameters).Select(p => (double)p)]);

        Assert.Equal(RunLayout.Parameters(BankShape.Of(point).Launch(1)), layout.Length);
        Assert.Equal(parameters, layout.Count(value => value != 0));
        Assert.All(Enumerable.Range(0, parameters), p => Assert.Equal(p + 1, layout[network.Place(p)]));
        Assert.All(Enumerable.Range(0, parameters), p => Assert.InRange(network.Layer(p), 0, point.Layers - 1));
        Assert.All(network.Parameters, value => Assert.Equal(value, (float)value));
    }

    /// <summary>A product of k = 19 columns has two blocks of lanes, with 0 in the rows of output weights.</summary>
    [Fact]
    public void Places_are_those_of_the_kernels()
    {
        Point deep = Points.Relu(8, 3, 19, 1) with { Model = Model.Deep, Depth = 4 };
        var network = new MlpNetwork(deep, 1);
        long dense = FirstLayerLayout.RunFloats(8, 19);

        Assert.Equal(FirstLayerLayout.Index(8, 17, 5), network.Place(network.W(1, 17, 5)));
        Assert.Equal(FirstLayerLayout.Index(8, 17, 8), network.Place(network.B(1, 17)));
        Assert.Equal(FirstLayerLayout.Index(8, 17, 9), network.Place(network.U(17)));
        Assert.Equal(dense - 16, network.Place(network.C));
        Assert.Equal(dense + (4 * 32) + 18, network.Place(network.W(2, 18, 4)));
        Assert.Equal(dense + (19 * 32) + 18, network.Place(network.B(2, 18)));
        Assert.Equal(dense + (20 * 32) + (19 * 32) + 2, network.Place(network.B(3, 2)));

        Point product = (Points.Relu(19, 19, 1, 1) with { Model = Model.Polynet }).Normalised();
        double[] layout = new ProductNetwork(product, 1).InLayout();
        Assert.All(Enumerable.Range(0, 19), j => Assert.Equal(0, layout[FirstLayerLayout.Index(19, j, 20)]));
        Assert.Equal(0, layout[FirstLayerLayout.OutputBias(19, 19)]);
    }

    [Fact]
    public void A_fixed_output_is_a_sum_and_stays_so()
    {
        Point point = Points.Relu(6, 2, 5, 8) with { Activation = Activation.Zigzag, Output = OutputLayer.Fixed, WeightDecay = 0.1 };
        var trainer = new ReferenceTrainer(point, 2);
        trainer.Step();
        var network = (MlpNetwork)trainer.Network;
        double[] x = trainer.NextBatch().Inputs[0];

        Assert.All(Enumerable.Range(0, 5), j => Assert.Equal(1, network.Parameters[network.U(j)]));
        Assert.Equal(0, network.Parameters[network.C]);
        Assert.Equal(Enumerable.Range(0, 5).Sum(j => new Zigzag(2).Value(network.Preactivations(x)[1][j])), network.Output(x), 1e-12);
    }

    [Theory]
    [InlineData(Optimizer.Sgd)]
    [InlineData(Optimizer.Momentum)]
    [InlineData(Optimizer.Adam)]
    [InlineData(Optimizer.Adamw)]
    [InlineData(Optimizer.SignSgd)]
    public void Weights_outside_the_blocks_of_a_disjoint_polynet_stay_0(Optimizer optimizer)
    {
        Point point = (Points.Relu(12, 3, 1, 8) with { Model = Model.DisjointPolynet, Optimizer = optimizer, Loss = Loss.Square }).Normalised();
        var trainer = new ReferenceTrainer(point, 5);
        double[] start = trainer.Network.InLayout();
        // An odd number: steps of one size do not cancel.
        for (int step = 0; step < 21; step++)
            trainer.Step();

        double[] end = trainer.Network.InLayout();
        for (int j = 0; j < 3; j++)
        {
            for (int i = 0; i <= 12; i++)
            {
                int place = (int)FirstLayerLayout.Index(12, j, i);
                bool inside = i < 12 && i / 4 == j;
                Assert.Equal(inside, start[place] != 0);
                Assert.Equal(inside, end[place] != start[place]);
            }
        }
    }

    /// <summary>Every row has s weights; a place has one in a fraction s/n of the rows, within 4.5 standard deviations.</summary>
    [Theory]
    [InlineData(10, 3)]
    [InlineData(7, 1)]
    [InlineData(5, 5)]
    public void Sparse_rows_have_s_weights_at_random_places(int n, int s)
    {
        const int Width = 4000;
        Point point = Points.Relu(n, 2, Width, 1, init: Init.Sparse) with { Sparsity = s };
        var network = new MlpNetwork(point, 1);
        int[] counts = new int[n];
        float scale = RunPlan.Settings(point, 1).HiddenScale;
        for (int j = 0; j < Width; j++)
        {
            int[] places = [.. Enumerable.Range(0, n).Where(i => network.Parameters[network.W(1, j, i)] != 0)];
            Assert.Equal(s, places.Length);
            foreach (int i in places)
            {
                counts[i]++;
                Assert.InRange(network.Parameters[network.W(1, j, i)], -scale, scale);
            }
        }

        double fraction = (double)s / n;
        double deviation = Math.Sqrt(Width * fraction * (1 - fraction));
        Assert.All(counts, count => Assert.InRange(count - (Width * fraction), -4.5 * deviation, 4.5 * deviation));
    }

    /// <summary>Uniform draws in every layer of a deep network, no two alike.</summary>
    [Fact]
    public void Layers_of_a_deep_network_are_drawn_apart()
    {
        double[] parameters = new MlpNetwork(Points.Relu(9, 2, 9, 1) with { Model = Model.Deep, Depth = 5 }, 1).Parameters;

        Assert.Equal((9 * 11) + 1 + (3 * 10 * 9), parameters.Length);
        Assert.Equal(parameters.Length, parameters.Distinct().Count());
    }

    [Fact]
    public void Transformers_have_no_reference() =>
        Assert.Throws<NotSupportedException>(() => ReferenceNetwork.Initial(Points.Relu(6, 2, 5, 1) with { Model = Model.Transformer }, 0));
}
