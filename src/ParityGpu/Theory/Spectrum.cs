using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using ParityGpu.Devices;
using ParityGpu.Kernels;
using Device = ParityGpu.Devices.Device;

namespace ParityGpu.Theory;

/// <summary>Precision of an enumeration on a device.</summary>
public enum Precision
{
    /// <summary>Double if the device supports it.</summary>
    Auto,

    Fp32,

    Fp64,
}

/// <summary>
/// A function on {±1}^n as 2^n values on a device, and, after the transform, its Fourier coefficients in their place. Bit i of a value's index means
/// x_i = −1; bit i of a coefficient's index means that the set contains i.
/// </summary>
public abstract class Spectrum : IDisposable
{
    /// <summary>Maximum number of inputs: indices of values are non-negative 32-bit integers.</summary>
    public const int MaxInputs = 30;

    private protected Spectrum(int inputs) => Inputs = inputs;

    /// <summary>n.</summary>
    public int Inputs { get; }

    /// <summary>Precision of the values on the device.</summary>
    public abstract Precision Precision { get; }

    /// <summary>
    /// Memory for the 2^n values of a function.
    /// </summary>
    /// <param name="device">The device; must outlive the spectrum.</param>
    /// <param name="inputs">n, 1 … <see cref="MaxInputs"/>.</param>
    /// <param name="precision">Double takes 8 · 2^n bytes, single half of that.</param>
    /// <exception cref="UserErrorException">The device lacks this precision or has too little memory.</exception>
    public static Spectrum Allocate(Device device, int inputs, Precision precision)
    {
        // OpenCL devices may lack double precision; CPUs and NVIDIA's GPUs have it.
        bool hasDouble = device.Accelerator is not CLAccelerator opencl || opencl.Capabilities.Float64;
        if (precision == Precision.Fp64 && !hasDouble)
            throw new UserErrorException($"--precision fp64: {device.Description} does not support it; must be auto or fp32 on this device");

        bool single = precision == Precision.Fp32 || !hasDouble;
        long bytes = (single ? sizeof(float) : sizeof(double)) * (1L << inputs);
        if (bytes > DeviceMemory.Total(device.Accelerator))
            throw TooLarge(inputs, bytes, null);

        try
        {
            return single
                ? new Spectrum<float, SinglePrecision>(device, inputs)
                : new Spectrum<double, DoublePrecision>(device, inputs);
        }
        catch (Exception e) when (DeviceMemoryException.Is(e))
        {
            throw TooLarge(inputs, bytes, new DeviceMemoryException(device.Accelerator, bytes, e));
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Sets the function to the slope of a neuron.</summary>
    public abstract void Evaluate(Neuron neuron);

    /// <summary>Sets the function to an arbitrary one, given by its 2^n values.</summary>
    public abstract void Load(ReadOnlySpan<double> values);

    /// <summary>Turns the function into its coefficients.</summary>
    public abstract void Transform();

    /// <summary>Coefficients of some sets, after <see cref="Transform"/>.</summary>
    public abstract double[] Coefficients(IReadOnlyList<int> sets);

    private protected abstract void Dispose(bool disposing);

    private static UserErrorException TooLarge(int inputs, long bytes, DeviceMemoryException? reason)
    {
        string message = $"--n {inputs}: 2^{inputs} values take {bytes / (double)(1 << 20):0} MiB, more than the device offers";
        return reason is null
            ? new UserErrorException($"{message}; must be a smaller n")
            : new UserErrorException($"{message}: {reason.Message}; must be a smaller n", reason);
    }
}

/// <summary>A spectrum of floats or doubles.</summary>
internal sealed class Spectrum<T, TPrecision> : Spectrum
    where T : unmanaged, System.Numerics.INumber<T>
    where TPrecision : struct, IPrecision<T>
{
    /// <summary>Maximum number of pieces of work per thread on a CPU, a power of two.</summary>
    private const int CpuRun = 1 << 12;

    private readonly Accelerator accelerator;
    private readonly int longestRun;
    private readonly MemoryBuffer1D<T, Stride1D.Dense> values;
    private readonly Action<AcceleratorStream, Index1D, int, int, int, int, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>> slopes;
    private readonly Action<AcceleratorStream, Index1D, int, int, ArrayView<T>> two;
    private readonly Action<AcceleratorStream, Index1D, int, int, ArrayView<T>> sixteen;
    private readonly Action<AcceleratorStream, Index1D, ArrayView<int>, ArrayView<T>, ArrayView<T>> gather;

    public Spectrum(Device device, int inputs)
        : base(inputs)
    {
        accelerator = device.Accelerator;
        longestRun = device.IsCpu ? CpuRun : 1;

        slopes = DeviceKernels.LoadItems<
            Action<AcceleratorStream, Index1D, int, int, int, int, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>>>(
            device, WalshHadamard.Slopes<T, TPrecision>);
        two = DeviceKernels.LoadItems<Action<AcceleratorStream, Index1D, int, int, ArrayView<T>>>(
            device, WalshHadamard.Two<T>);
        sixteen = DeviceKernels.LoadItems<Action<AcceleratorStream, Index1D, int, int, ArrayView<T>>>(
            device, WalshHadamard.Sixteen<T>);
        gather = DeviceKernels.LoadItems<Action<AcceleratorStream, Index1D, ArrayView<int>, ArrayView<T>, ArrayView<T>>>(
            device, WalshHadamard.Gather<T>);
        values = accelerator.Allocate1D<T>(1L << inputs);
    }

    public override Precision Precision => typeof(T) == typeof(float) ? Precision.Fp32 : Precision.Fp64;

    public override void Evaluate(Neuron neuron)
    {
        int lowBits = Inputs / 2;
        (int threads, int run) = Split(values.Length);
        using var low = accelerator.Allocate1D(Cast(neuron.PartialSums(0, lowBits, neuron.Start)));
        using var high = accelerator.Allocate1D(Cast(neuron.PartialSums(lowBits, Inputs, 0)));
        using var polynomial = accelerator.Allocate1D(Cast(neuron.SlopePolynomial));
        slopes(accelerator.DefaultStream, threads, run, (int)neuron.Slope, neuron.K, lowBits, low.View, high.View, polynomial.View, values.View);
        accelerator.Synchronize();
    }

    public override void Load(ReadOnlySpan<double> values) => this.values.CopyFromCPU(Cast(values));

    public override void Transform()
    {
        int stage = 0;
        (int threads, int run) = Split(values.Length / 2);
        for (; stage < Inputs % WalshHadamard.StagesOfSixteen; stage++)
            two(accelerator.DefaultStream, threads, run, stage, values.View);

        (threads, run) = Split(values.Length / 16);
        for (; stage < Inputs; stage += WalshHadamard.StagesOfSixteen)
            sixteen(accelerator.DefaultStream, threads, run, stage, values.View);

        accelerator.Synchronize();
    }

    public override double[] Coefficients(IReadOnlyList<int> sets)
    {
        using var places = accelerator.Allocate1D<int>([.. sets]);
        using var found = accelerator.Allocate1D<T>(sets.Count);
        gather(accelerator.DefaultStream, sets.Count, places.View, values.View, found.View);
        double scale = Math.ScaleB(1, -Inputs);
        return [.. found.GetAsArray1D().Select(sum => double.CreateChecked(sum) * scale)];
    }

    private protected override void Dispose(bool disposing) => values.Dispose();

    /// <summary>Threads, and pieces per thread, for a number of pieces that is a power of two.</summary>
    private (int Threads, int Run) Split(long pieces)
    {
        int run = (int)Math.Clamp(pieces, 1, longestRun);
        return ((int)(pieces / run), run);
    }

    private static T[] Cast(ReadOnlySpan<double> numbers)
    {
        var result = new T[numbers.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = T.CreateChecked(numbers[i]);

        return result;
    }
}
