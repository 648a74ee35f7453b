using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// What outputs are compared with: labels ±1, or the real labels of targets that are sums of parities (NUMERICS.md, polynomial targets).
/// </summary>
internal unsafe ref partial struct GeneralRun<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    private readonly bool IsPolynomial => settings.Monomials > 0;

    /// <summary>Labels trained on: ±1, or a polynomial's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillTargets(int count)
    {
        if (IsPolynomial)
        {
            FillPolynomial(count);
            return;
        }

        TVec one = TLanes.Broadcast(1f);
        for (int b = 0; b < count; b += TLanes.Count)
            *(TVec*)(workspace.Targets + b) = TLanes.Xor(one, LabelSigns(workspace.NoisyLabels, b));
    }

    /// <summary>y ← y ± c, monomial by monomial, for the chunk's samples in whole words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FillPolynomial(int count)
    {
        for (int word = 0; word < Canon.Words(count); word++)
        {
            float* targets = workspace.Targets + (word * Canon.WordSamples);
            new Span<float>(targets, Canon.WordSamples).Clear();
            for (int monomial = 0; monomial < settings.Monomials; monomial++)
            {
                uint signs = samples.Signs(monomials[monomial], word, count);
                TVec coefficient = TLanes.Broadcast(monomials[monomial].Coefficient);
                for (int s = 0; s < Canon.WordSamples; s += TLanes.Count)
                    *(TVec*)(targets + s) = TLanes.Add(*(TVec*)(targets + s), TLanes.Xor(coefficient, LabelSigns(&signs, s)));
            }
        }
    }

    /// <summary>Adds the chunk's errors, or squared differences of targets and outputs, to the misfit so far.</summary>
    private readonly int AddMisfit(int misfit, int count, uint* labels)
    {
        if (!IsPolynomial)
            return misfit + Errors(count, labels);

        float sum = Misfit.ToSum(misfit);
        for (int b = 0; b < count; b++)
            sum += Losses<float, ScalarLane>.Value((int)Loss.Square, workspace.Targets[b], workspace.Outputs[b]);

        return Misfit.OfSum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int Errors(int count, uint* labels)
    {
        TVec zero = TLanes.Broadcast(0f);
        TVec one = TLanes.Broadcast(1f);
        TVec right = zero;
        int b = 0;
        for (; b + TLanes.Count <= count; b += TLanes.Count)
            right = TLanes.Add(right, TLanes.SelectGreater(TLanes.Xor(*(TVec*)(workspace.Outputs + b), LabelSigns(labels, b)), zero, one, zero));

        // Sums of ones, exact.
        int errors = count - (int)Head<TVec, TLanes>.SumOfLanes(right);
        for (; b < count; b++)
        {
            float label = (labels[b / Canon.WordSamples] >> (b % Canon.WordSamples) & 1) == 0 ? 1f : -1f;
            errors -= label * workspace.Outputs[b] > 0f ? 1 : 0;
        }

        return errors;
    }

    /// <summary>The sign bit where the label of sample <paramref name="first"/> + lane is −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec LabelSigns(uint* labels, int first) =>
        TLanes.ShiftLeft(TLanes.ShiftRightByLane(TLanes.BroadcastWord(labels[first / Canon.WordSamples]), first % Canon.WordSamples), 31);

    /// <summary>S ← S + f_b·χ_S(x_b) for every monomial, sample by sample.</summary>
    private readonly void AddCorrelations(float* sums, int count)
    {
        for (int monomial = 0; monomial < settings.Monomials; monomial++)
        {
            float sum = sums[monomial];
            for (int word = 0; word < Canon.Words(count); word++)
            {
                uint signs = samples.Signs(monomials[monomial], word, count);
                float* outputs = workspace.Outputs + (word * Canon.WordSamples);
                for (int s = 0; s < Math.Min(Canon.WordSamples, count - (word * Canon.WordSamples)); s++)
                    sum += (signs >> s & 1) == 0 ? outputs[s] : -outputs[s];
            }

            sums[monomial] = sum;
        }
    }

    /// <summary>Means over the held-out samples from their sums.</summary>
    private readonly MonomialMeans Means(float* sums)
    {
        float inverse = Elementary<float, ScalarLane>.Reciprocal(settings.TestSamples);
        float* means = stackalloc float[Monomial.Most];
        for (int monomial = 0; monomial < Monomial.Most; monomial++)
            means[monomial] = monomial < settings.Monomials ? sums[monomial] * inverse : float.NaN;

        return new MonomialMeans(means[0], means[1], means[2], means[3], means[4], means[5], means[6], means[7]);
    }
}
