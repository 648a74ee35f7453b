using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ParityGpu.Kernels;
using ParityGpu.Kernels.Simd;
using Xunit;

namespace ParityGpu.Tests.Kernels.Simd;

/// <summary>The affine layer of few columns against plain loops in the order of NUMERICS.md, for every encoding and set of vectors.</summary>
public sealed unsafe class NarrowAffineTests
{
    [Theory]
    [InlineData(InputEncoding.Pm1)]
    [InlineData(InputEncoding.ZeroOne)]
    public void Scalar_code_has_the_bits_of_plain_loops(InputEncoding encoding) => Compare<float, ScalarLane>(encoding);

    [VectorTheory(128)]
    [InlineData(InputEncoding.Pm1)]
    [InlineData(InputEncoding.ZeroOne)]
    public void Four_lanes_have_the_bits_of_plain_loops(InputEncoding encoding) => Compare<Vector128<float>, Lanes128>(encoding);

    [VectorTheory(256)]
    [InlineData(InputEncoding.Pm1)]
    [InlineData(InputEncoding.ZeroOne)]
    public void Eight_lanes_have_the_bits_of_plain_loops(InputEncoding encoding) => Compare<Vector256<float>, Lanes256>(encoding);

    [VectorTheory(512)]
    [InlineData(InputEncoding.Pm1)]
    [InlineData(InputEncoding.ZeroOne)]
    public void Sixteen_lanes_have_the_bits_of_plain_loops(InputEncoding encoding) => Compare<Vector512<float>, Lanes512>(encoding);

    private static void Compare<TVec, TLanes>(InputEncoding encoding)
        where TVec : unmanaged
        where TLanes : struct, ILanes<TVec>
    {
        var random = new Random(7);
        foreach (int inputs in new[] { 1, 3, 4, 8, 9, 16, 17, 33, 40, 47, 48, 63, 64, 100 })
        {
            for (int width = 1; width <= 4; width++)
            {
                foreach (int samples in new[] { 1, 6, 32, 45, 128 })
                {
                    var shape = new LaunchShape { Inputs = inputs, Width = width, Batch = samples, Encoding = (int)encoding };
                    void* memory = NativeMemory.AlignedAlloc((nuint)GeneralWorkspace.Bytes(shape), 64);
                    try
                    {
                        CompareOne<TVec, TLanes>(shape, GeneralWorkspace.At((byte*)memory, shape), samples, random);
                    }
                    finally
                    {
                        NativeMemory.AlignedFree(memory);
                    }
                }
            }
        }
    }

    private static void CompareOne<TVec, TLanes>(in LaunchShape shape, in GeneralWorkspace workspace, int samples, Random random)
        where TVec : unmanaged
        where TLanes : struct, ILanes<TVec>
    {
        random.NextBytes(new Span<byte>(workspace.Inputs, workspace.ChunkWords * workspace.InputStride * sizeof(uint)));
        float[] weights = [.. Enumerable.Range(0, (int)RunLayout.Parameters(shape)).Select(_ => Number(random))];
        fixed (float* parameters = weights)
        {
            NarrowAffine<TVec, TLanes>.Prepare(parameters, workspace, shape);
            NarrowAffine<TVec, TLanes>.Forward(parameters, workspace, shape, samples);
        }

        int stride = workspace.ChunkWords * Canon.WordSamples;
        for (int j = 0; j < shape.Width; j++)
        {
            for (int b = 0; b < samples; b++)
            {
                float expected = PlainZ(shape, weights, workspace, j, b);
                Assert.True(expected.Equals(workspace.Slopes[(j * stride) + b]), $"{shape.Inputs} {shape.Width} {samples}: z of {j}, {b}");
            }
        }

        for (int place = 0; place < 4 * stride; place++)
            workspace.Slopes[place] = Number(random);

        var d = new float[shape.Width][];
        for (int j = 0; j < d.Length; j++)
            d[j] = new Span<float>(workspace.Slopes + (j * stride), samples).ToArray();

        for (int b = 0; b < samples; b++)
            workspace.Descents[b] = Number(random);

        for (int place = 0; place < shape.Width * stride; place++)
            workspace.Values[place] = Number(random);

        // The output weights' sums and the bias's, first of products that are rounded with them, then of exact ones.
        float* outputs = stackalloc float[GeneralWorkspace.NarrowColumns + 1];
        float* bias = outputs + GeneralWorkspace.NarrowColumns;
        NarrowAffine<TVec, TLanes>.Backward(workspace, shape, new(outputs, bias, workspace, samples, exact: false), samples, start: true);
        NarrowAffine<TVec, TLanes>.Backward(workspace, shape, new(outputs, bias, workspace, samples, exact: true), samples, start: false);
        CompareOutputs(shape, workspace, outputs, *bias, samples);
        for (int j = 0; j < shape.Width; j++)
        {
            for (int i = 0; i <= shape.Inputs; i++)
            {
                float expected = PlainGradient(shape, PlainGradient(shape, 0f, d[j], workspace, i), d[j], workspace, i);
                float found = workspace.Gradients[FirstLayerLayout.Index(shape.Inputs, j, i)];
                Assert.True(
                    FloatBits.Of(expected) == FloatBits.Of(found), $"{shape.Inputs} {shape.Width} {samples}: gradient of {j}, {i}: {found} for {expected}");
            }
        }
    }

    private static void CompareOutputs(in LaunchShape shape, in GeneralWorkspace workspace, float* outputs, float bias, int samples)
    {
        int stride = workspace.ChunkWords * Canon.WordSamples;
        for (int j = 0; j < shape.Width; j++)
        {
            float sum = 0f;
            for (int b = 0; b < samples; b++)
                sum = MathF.FusedMultiplyAdd(workspace.Descents[b], workspace.Values[(j * stride) + b], sum);

            for (int b = 0; b < samples; b++)
                sum += workspace.Values[(j * stride) + b];

            Assert.True(FloatBits.Of(sum) == FloatBits.Of(outputs[j]), $"{shape.Inputs} {shape.Width} {samples}: output {j}: {outputs[j]} for {sum}");
        }

        float biasSum = 0f;
        for (int b = 0; b < samples; b++)
            biasSum += workspace.Descents[b];

        Assert.Equal(FloatBits.Of(biasSum), FloatBits.Of(bias));
    }

    /// <summary>Numbers of very different size, zeros among them.</summary>
    private static float Number(Random random) =>
        random.Next(8) == 0 ? random.Next(2) == 0 ? 0f : -0f : (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 8)));

    private static float PlainZ(in LaunchShape shape, float[] weights, in GeneralWorkspace workspace, int column, int sample)
    {
        float z = weights[FirstLayerLayout.Index(shape.Inputs, column, shape.Inputs)];
        for (int first = 0; first < shape.Inputs; first += Canon.Group)
        {
            float sum = weights[FirstLayerLayout.Index(shape.Inputs, column, first)] * Input(shape, workspace, first, sample);
            for (int i = first + 1; i < Math.Min(first + Canon.Group, shape.Inputs); i++)
                sum += weights[FirstLayerLayout.Index(shape.Inputs, column, i)] * Input(shape, workspace, i, sample);

            z += sum;
        }

        return z;
    }

    private static float PlainGradient(in LaunchShape shape, float gradient, float[] d, in GeneralWorkspace workspace, int input)
    {
        for (int first = 0; first < d.Length; first += Canon.Group)
        {
            float sum = d[first] * Input(shape, workspace, input, first);
            for (int b = first + 1; b < Math.Min(first + Canon.Group, d.Length); b++)
                sum += d[b] * Input(shape, workspace, input, b);

            gradient += sum;
        }

        return gradient;
    }

    private static float Input(in LaunchShape shape, in GeneralWorkspace workspace, int input, int sample)
    {
        if (input == shape.Inputs)
            return 1f;

        uint word = workspace.Inputs[(sample / Canon.WordSamples * workspace.InputStride) + input];
        bool isSet = (word >> (sample % Canon.WordSamples) & 1) != 0;
        return shape.Encoding == (int)InputEncoding.ZeroOne ? isSet ? 1f : 0f : isSet ? -1f : 1f;
    }
}
