using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Reference;

/// <summary>Points for tests.</summary>
internal static class Points
{
    public static Point Relu(
        int n, int k, int width, int batch, double lr = 0.5, Init init = Init.XavierUniform) =>
        new Point(n, k, width, batch, lr) { Init = init, InitSigma = 0.2 }.Normalised();

    /// <summary>Every family, one MLP for each activation and a deep network for some depths.</summary>
    public static IEnumerable<Point> Networks(int n, int k, int width, int batch)
    {
        Point mlp = Relu(n, k, width, batch);
        return
        [
            .. Enum.GetValues<Activation>().Select(activation => mlp with { Activation = activation }),
            mlp with { Activation = Activation.Zigzag, Output = OutputLayer.Fixed },
            (mlp with { Model = Model.Polynet }).Normalised(),
            (mlp with { Model = Model.DisjointPolynet }).Normalised(),
            .. new[] { 2, 3, 5 }.Select(depth => mlp with { Model = Model.Deep, Depth = depth }),
        ];
    }
}
