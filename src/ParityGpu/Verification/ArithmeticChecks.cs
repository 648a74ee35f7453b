using ILGPU;
using ILGPU.Runtime;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.Reference;
using ParityGpu.Specs;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Verification;

/// <summary>Checks a device's kernels on known words and numbers.</summary>
internal static class ArithmeticChecks
{
    // Counter, key, output: Random123's known answers for philox4x32-10.
    private static readonly uint[][] KnownAnswers =
    [
        [0, 0, 0, 0, 0, 0, 0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8],
        [
            0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF,
            0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD,
        ],
        [
            0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0,
            0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1,
        ],
    ];

    /// <summary>The checks, one after another.</summary>
    public static IEnumerable<VerifyLine> Run(Device device)
    {
        yield return Generator(device);
        yield return FusedMultiplyAdd(device);
        yield return Labels(device);
    }

    private static VerifyLine Generator(Device device)
    {
        uint[] inputs = [.. KnownAnswers.SelectMany(vector => vector[..6])];
        uint[] expected = [.. KnownAnswers.SelectMany(vector => vector[6..])];
        using var deviceInputs = device.Accelerator.Allocate1D(inputs);
        using var outputs = device.Accelerator.Allocate1D<uint>(expected.Length);
        DeviceKernels.LoadItems<Action<AcceleratorStream, Index1D, ArrayView<uint>, ArrayView<uint>>>(device, SelfCheck.Generate)(
            device.Accelerator.DefaultStream, KnownAnswers.Length, deviceInputs.View, outputs.View);
        bool same = outputs.GetAsArray1D().SequenceEqual(expected);
        return new VerifyLine("generator", same, $"Philox4x32-10 {(same ? "gives" : "does not give")} Random123's known answers");
    }

    private static VerifyLine FusedMultiplyAdd(Device device)
    {
        // The square of 1 + 2^-12 minus its rounded value: 2^-24 if fused, 0 if not. Then a subnormal result, which must not be flushed.
        float root = 1f + MathF.ScaleB(1, -12);
        float[] inputs = [root, root, -root * root, MathF.ScaleB(1, -100), MathF.ScaleB(1, -40), 0f];
        float[] expected = [MathF.ScaleB(1, -24), MathF.ScaleB(1, -140)];
        using var deviceInputs = device.Accelerator.Allocate1D(inputs);
        using var outputs = device.Accelerator.Allocate1D<float>(expected.Length);
        DeviceKernels.LoadItems<Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>>>(device, SelfCheck.Fuse)(
            device.Accelerator.DefaultStream, expected.Length, deviceInputs.View, outputs.View);
        float[] found = outputs.GetAsArray1D();
        bool same = found.SequenceEqual(expected);
        return new VerifyLine(
            "arithmetic",
            same,
            same ? "multiply-adds round once, subnormals are kept" : $"expected {string.Join(", ", expected)}, got {string.Join(", ", found)}");
    }

    private static VerifyLine Labels(Device device)
    {
        const int Words = 64;
        const int Degree = 7;
        var point = new Point(10, Degree, 1, Words * Canon.WordSamples, 1) { Init = Init.Sign, MaxSteps = 1, TestSamples = 1 };
        using var labels = device.Accelerator.Allocate1D<uint>(Words);
        DeviceKernels.LoadItems<Action<AcceleratorStream, Index1D, ulong, int, ArrayView<uint>>>(device, SelfCheck.Label)(
            device.Accelerator.DefaultStream, Words, 17, Degree, labels.View);
        uint[] found = labels.GetAsArray1D();
        double[] expected = SampleBatch.Training(point, 17, 0).Labels;
        int wrong = expected.Index().Count(
            label => ((found[label.Index / Canon.WordSamples] >> (label.Index % Canon.WordSamples)) & 1) != (label.Item < 0 ? 1u : 0u));
        return new VerifyLine("labels", wrong == 0, $"{expected.Length} bit-sliced labels against products of inputs, {(wrong == 0 ? "all equal" : $"{wrong} differ")}");
    }
}
