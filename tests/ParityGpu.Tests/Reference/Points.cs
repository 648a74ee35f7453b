using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Reference;

/// <summary>Points for tests.</summary>
internal static class Points
{
    public static Point Relu(
        int n, int k, int width, int batch, double lr = 0.5, Init init = Init.XavierUniform) =>
        new(n, k, Model.Mlp, Activation.Relu, width, batch, lr, 0, Loss.Hinge, init, SubsetChoice.First, 100_000, 8192);
}
