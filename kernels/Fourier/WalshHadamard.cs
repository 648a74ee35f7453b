using System.Numerics;
using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>
/// Functions on {±1}^n by enumeration, and their Fourier coefficients by an in-place fast Walsh–Hadamard transform. Before the transform, position p
/// of the 2^n values holds the function at the input with x_i = −1 where bit i of p is set; afterwards it holds 2^n times the coefficient of the set
/// of those i. Within a launch no two threads share a value, so no groups are needed. A thread does <c>run</c> pieces of work in a row: one on a GPU,
/// where neighbouring threads then touch neighbouring values; many on a CPU, where starting a thread costs more than a piece.
/// </summary>
public static class WalshHadamard
{
    /// <summary>Stages of <see cref="Sixteen"/>.</summary>
    public const int StagesOfSixteen = 4;

    /// <summary>
    /// values[p] = σ′(w·x + b). The sum is split by the bits of p, z = low(p mod 2^l) + high(p / 2^l), so that an input costs one addition. A cosine
    /// is computed from the cosines and sines of both parts, so no device needs the function itself.
    /// </summary>
    /// <param name="item">Thread number.</param>
    /// <param name="run">Values per thread.</param>
    /// <param name="slope">A <see cref="SlopeKind"/>.</param>
    /// <param name="k">Parity degree.</param>
    /// <param name="lowBits">l.</param>
    /// <param name="low">[2^l][2]: partial sums and 0, or their cosines and sines; contains the bias.</param>
    /// <param name="high">[2^(n−l)][2], the same for the other inputs.</param>
    /// <param name="polynomial">Coefficients of the slope, the constant first; at least one, read for polynomials only.</param>
    /// <param name="values">[2^n].</param>
    public static void Slopes<T, TPrecision>(
        Index1D item,
        int run,
        int slope,
        int k,
        int lowBits,
        ArrayView<T> low,
        ArrayView<T> high,
        ArrayView<T> polynomial,
        ArrayView<T> values)
        where T : unmanaged, INumber<T>
        where TPrecision : struct, IPrecision<T>
    {
        long start = (long)(int)item * run;
        for (long position = start; position < start + run; position++)
        {
            long i = 2 * (position & ((1L << lowBits) - 1));
            long j = 2 * (position >> lowBits);
            values[position] = slope == (int)SlopeKind.Cosine
                ? (low[i] * high[j]) - (low[i + 1] * high[j + 1])
                : Slope<T, TPrecision>(slope, k, polynomial, low[i] + high[j]);
        }
    }

    /// <summary>One stage: sums and differences of pairs 2^s apart, <paramref name="run"/> pairs per thread.</summary>
    public static void Two<T>(Index1D item, int run, int s, ArrayView<T> values)
        where T : unmanaged, INumber<T>
    {
        long stride = 1L << s;
        long start = (long)(int)item * run;
        for (long pair = start; pair < start + run; pair++)
        {
            long first = ((pair >> s) << (s + 1)) | (pair & (stride - 1));
            T a = values[first];
            T b = values[first + stride];
            values[first] = a + b;
            values[first + stride] = a - b;
        }
    }

    /// <summary>
    /// Four stages at once, s … s+3, on 16 values 2^s apart that a thread holds in registers; <paramref name="run"/> sets of sixteen per thread.
    /// </summary>
    public static void Sixteen<T>(Index1D item, int run, int s, ArrayView<T> values)
        where T : unmanaged, INumber<T>
    {
        long stride = 1L << s;
        long start = (long)(int)item * run;
        for (long sixteen = start; sixteen < start + run; sixteen++)
        {
            long first = ((sixteen >> s) << (s + 4)) | (sixteen & (stride - 1));
            Quad<T> a = Load(values, first, 4 * stride);
            Quad<T> b = Load(values, first + stride, 4 * stride);
            Quad<T> c = Load(values, first + (2 * stride), 4 * stride);
            Quad<T> d = Load(values, first + (3 * stride), 4 * stride);
            Store(values, first, stride, a.V0, b.V0, c.V0, d.V0);
            Store(values, first + (4 * stride), stride, a.V1, b.V1, c.V1, d.V1);
            Store(values, first + (8 * stride), stride, a.V2, b.V2, c.V2, d.V2);
            Store(values, first + (12 * stride), stride, a.V3, b.V3, c.V3, d.V3);
        }
    }

    /// <summary>found[i] = values[places[i]].</summary>
    public static void Gather<T>(Index1D item, ArrayView<int> places, ArrayView<T> values, ArrayView<T> found)
        where T : unmanaged =>
        found[item] = values[places[item]];

    private static T Slope<T, TPrecision>(int slope, int k, ArrayView<T> polynomial, T z)
        where T : unmanaged, INumber<T>
        where TPrecision : struct, IPrecision<T>
    {
        if (slope == (int)SlopeKind.Step)
            return TPrecision.Whole(z > T.Zero ? 1 : 0);

        if (slope == (int)SlopeKind.Sign)
            return TPrecision.Whole((2 * (z > T.Zero ? 1 : 0)) - 1);

        if (slope == (int)SlopeKind.Polynomial)
        {
            T value = T.Zero;
            for (long power = polynomial.Length - 1; power >= 0; power--)
                value = (value * z) + polynomial[power];

            return value;
        }

        // Index m of the piece that contains z: −k + 2m < z ≤ −k + 2m + 2. Its slope is −(−1)^(k−m).
        int doubled = TPrecision.Ceiling(z + TPrecision.Whole(k));
        int piece = ((doubled + 1) >> 1) - 1;
        if (slope == (int)SlopeKind.Zigzag)
            piece = piece < 0 ? 0 : piece > k - 1 ? k - 1 : piece;

        return TPrecision.Whole(((k - piece) & 1) == 0 ? -1 : 1);
    }

    private static Quad<T> Load<T>(ArrayView<T> values, long first, long stride)
        where T : unmanaged, INumber<T> =>
        Transform(values[first], values[first + stride], values[first + (2 * stride)], values[first + (3 * stride)]);

    private static void Store<T>(ArrayView<T> values, long first, long stride, T a, T b, T c, T d)
        where T : unmanaged, INumber<T>
    {
        Quad<T> result = Transform(a, b, c, d);
        values[first] = result.V0;
        values[first + stride] = result.V1;
        values[first + (2 * stride)] = result.V2;
        values[first + (3 * stride)] = result.V3;
    }

    /// <summary>The transform of four values: two stages.</summary>
    private static Quad<T> Transform<T>(T a, T b, T c, T d)
        where T : unmanaged, INumber<T>
    {
        T sum = a + b;
        T difference = a - b;
        T otherSum = c + d;
        T otherDifference = c - d;
        return new Quad<T>
        {
            V0 = sum + otherSum,
            V1 = difference + otherDifference,
            V2 = sum - otherSum,
            V3 = difference - otherDifference,
        };
    }

    private struct Quad<T>
        where T : unmanaged
    {
        public T V0;
        public T V1;
        public T V2;
        public T V3;
    }
}
