using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using ParityGpu.PtxMachine;
using Xunit;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Tests.Ptx;

/// <summary>The kernels with a thread per item, those of <c>verify</c> and of the Fourier transform, on the machine.</summary>
public sealed class ItemsOnMachineTests
{
    private const int Inputs = 7;
    private const int LowBits = 3;
    private const int K = 3;
    private const int GroupSize = 64;

    /// <summary>Not a multiple of a group's threads.</summary>
    private const int Items = 150;

    private readonly Random random = new(1);

    [Fact]
    public void Generated_words_are_philox_s()
    {
        var machine = new Machine();
        uint[] words = [.. Enumerable.Range(0, 6 * Items).Select(_ => (uint)random.NextInt64(1L << 32))];
        var inputs = new MachineBuffer<uint>(machine, words);
        var outputs = new MachineBuffer<uint>(machine, new uint[4 * Items]);
        Launch(machine, nameof(SelfCheck.Generate), false, Items, arguments => arguments.Add(inputs).Add(outputs));

        for (int i = 0; i < Items; i++)
        {
            var block = Philox.Generate(words[6 * i], words[(6 * i) + 1], words[(6 * i) + 2], words[(6 * i) + 3], words[(6 * i) + 4], words[(6 * i) + 5]);
            Assert.Equal([block.W0, block.W1, block.W2, block.W3], outputs.Values.Slice(4 * i, 4).ToArray());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_fused_product_is_rounded_once(bool contracted)
    {
        var machine = new Machine();
        float[] numbers = [.. Enumerable.Range(0, 3 * Items).Select(_ => (float)(random.NextDouble() - 0.5))];
        var inputs = new MachineBuffer<float>(machine, numbers);
        var outputs = new MachineBuffer<float>(machine, new float[Items]);
        Launch(machine, nameof(SelfCheck.Fuse), contracted, Items, arguments => arguments.Add(inputs).Add(outputs));

        Assert.Equal(
            Enumerable.Range(0, Items).Select(i => MathF.FusedMultiplyAdd(numbers[3 * i], numbers[(3 * i) + 1], numbers[(3 * i) + 2])),
            outputs.Values.ToArray());
    }

    [Fact]
    public void Labels_are_products_of_the_first_inputs()
    {
        const ulong Seed = 0x123456789;
        const int Degree = 6;
        var machine = new Machine();
        var labels = new MachineBuffer<uint>(machine, new uint[Items]);
        Launch(machine, nameof(SelfCheck.Label), false, Items, arguments => arguments.Add(Seed, sizeof(ulong)).Add(Degree, sizeof(int)).Add(labels));

        Assert.Equal(
            Enumerable.Range(0, Items).Select(word =>
            {
                var first = RandomStreams.SampleWord(Seed, (ulong)word, 0);
                var second = RandomStreams.SampleWord(Seed, (ulong)word, 1);
                return first.W0 ^ first.W1 ^ first.W2 ^ first.W3 ^ second.W0 ^ second.W1;
            }),
            labels.Values.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Slopes_have_the_bits_of_the_cpu(bool contracted)
    {
        Slopes<float, SinglePrecision>("", contracted);
        Slopes<double, DoublePrecision>("64", contracted);
    }

    [Fact]
    public void The_transform_is_the_sum_over_all_inputs()
    {
        Transform<float>("");
        Transform<double>("64");
    }

    private void Slopes<T, TPrecision>(string suffix, bool contracted)
        where T : unmanaged, INumber<T>
        where TPrecision : struct, IPrecision<T>
    {
        using Device cpu = DeviceCatalog.OpenCpu(1);
        var onCpu = DeviceKernels.LoadItems<
            Action<AcceleratorStream, Index1D, int, int, int, int, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>>>(
            cpu, WalshHadamard.Slopes<T, TPrecision>);
        T[] low = Draw<T>(2 << LowBits);
        T[] high = Draw<T>(2 << (Inputs - LowBits));
        T[] polynomial = Draw<T>(4);
        using var lowBuffer = cpu.Accelerator.Allocate1D(low);
        using var highBuffer = cpu.Accelerator.Allocate1D(high);
        using var polynomialBuffer = cpu.Accelerator.Allocate1D(polynomial);
        using var expected = cpu.Accelerator.Allocate1D<T>(1 << Inputs);
        foreach (SlopeKind slope in Enum.GetValues<SlopeKind>())
        {
            onCpu(
                cpu.Accelerator.DefaultStream, 1, 1 << Inputs, (int)slope, K, LowBits, lowBuffer.View, highBuffer.View, polynomialBuffer.View, expected.View);
            var machine = new Machine();
            var values = new MachineBuffer<T>(machine, new T[1 << Inputs]);
            MachineBuffer<T> lowHere = new(machine, low), highHere = new(machine, high), polynomialHere = new(machine, polynomial);
            Launch(
                machine, nameof(WalshHadamard.Slopes) + suffix, contracted, 1 << Inputs,
                arguments => Integers(arguments, 1, (int)slope, K, LowBits).Add(lowHere).Add(highHere).Add(polynomialHere).Add(values));

            Assert.Equal(expected.GetAsArray1D(), values.Values.ToArray());
        }
    }

    private void Transform<T>(string suffix)
        where T : unmanaged, INumber<T>
    {
        const int Values = 1 << Inputs;
        var machine = new Machine();
        int[] function = [.. Enumerable.Range(0, Values).Select(_ => random.Next(-9, 10))];
        var values = new MachineBuffer<T>(machine, [.. function.Select(T.CreateChecked)]);
        int stage = 0;
        for (; stage < Inputs % WalshHadamard.StagesOfSixteen; stage++)
            Launch(machine, nameof(WalshHadamard.Two) + suffix, true, Values / 2, arguments => Integers(arguments, 1, stage).Add(values));

        for (; stage < Inputs; stage += WalshHadamard.StagesOfSixteen)
            Launch(machine, nameof(WalshHadamard.Sixteen) + suffix, true, Values / 16, arguments => Integers(arguments, 1, stage).Add(values));

        int[] sets = [.. Enumerable.Range(0, Values).Reverse()];
        var places = new MachineBuffer<int>(machine, sets);
        var found = new MachineBuffer<T>(machine, new T[Values]);
        Launch(machine, nameof(WalshHadamard.Gather) + suffix, true, Values, arguments => arguments.Add(places).Add(values).Add(found));

        Assert.Equal(
            sets.Select(set => T.CreateChecked(function.Select((value, p) => BitOperations.PopCount((uint)(set & p)) % 2 == 0 ? value : -value).Sum())),
            found.Values.ToArray());
    }

    private T[] Draw<T>(int count)
        where T : INumber<T> => [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked((4 * random.NextDouble()) - 2))];

    /// <summary>As ILGPU starts a kernel with a thread per item: the number of items comes first.</summary>
    private static void Launch(Machine machine, string kernel, bool contracted, int items, Func<Arguments, Arguments> arguments) =>
        machine.Launch(
            GpuKernels.Decode(kernel, contracted),
            (items + GroupSize - 1) / GroupSize,
            GroupSize,
            arguments(new Arguments().Add(items, sizeof(int))).ToArray());

    private static Arguments Integers(Arguments arguments, params int[] values) =>
        values.Aggregate(arguments, (list, value) => list.Add(value, sizeof(int)));
}
