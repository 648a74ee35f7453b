using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Targets that are sums of parities (NUMERICS.md, polynomial targets).</summary>
internal static class PolynomialTargets
{
    /// <summary>y_b of the window's samples: y ← y ± c, monomial by monomial, or the sign of a label. Not yet visible to other threads.</summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group.</param>
    /// <param name="trained">Labels ±1 that the loss uses if the target is not a polynomial.</param>
    public static void Fill(GeneralSlot run, GeneralMemory memory, uint trained)
    {
        int monomials = run.Settings.Monomials;
        for (int sample = run.Thread.Index; sample < Canon.WordSamples; sample += run.Thread.Count)
        {
            float y = monomials > 0 ? 0f : CountingForward.Sign(trained, sample);
            for (int monomial = 0; monomial < monomials; monomial++)
            {
                float coefficient = run.Monomials[monomial].Coefficient;
                y += IsNegative(Signs(run, memory, monomial, sample), sample) ? -coefficient : coefficient;
            }

            memory.Targets[sample] = y;
        }
    }

    /// <summary>S ← S + f_b·χ_S(x_b), sample by sample; a monomial per thread.</summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group, with the outputs.</param>
    /// <param name="sums">[<see cref="Monomial.Most"/>].</param>
    /// <param name="count">Samples of the window that exist.</param>
    public static void AddCorrelations(GeneralSlot run, GeneralMemory memory, ArrayView<float> sums, int count)
    {
        for (int monomial = run.Thread.Index; monomial < run.Settings.Monomials; monomial += run.Thread.Count)
        {
            uint signs = Signs(run, memory, monomial, 0);
            float sum = sums[monomial];
            for (int sample = 0; sample < count; sample++)
            {
                signs = run.HasTasks ? Signs(run, memory, monomial, sample) : signs;
                sum += IsNegative(signs, sample) ? -memory.Outputs[sample] : memory.Outputs[sample];
            }

            sums[monomial] = sum;
        }
    }

    /// <summary>The mean of a monomial from its sum; NaN where there is none.</summary>
    public static float Mean(GeneralSlot run, ArrayView<float> sums, int monomial) => monomial < run.Settings.Monomials
        ? sums[monomial] * Elementary<float, DeviceArithmetic>.Reciprocal(run.Settings.TestSamples)
        : float.NaN;

    /// <summary>χ_S of a monomial on the window, as it is for the task of a sample if samples belong to several.</summary>
    private static uint Signs(GeneralSlot run, GeneralMemory memory, int monomial, int sample) => run.HasTasks
        ? Labels.OfMonomial(run.Settings, run.Monomials[monomial], new TaskInputs<TaskTable>(run.Shape, GeneralSamples.Table(run), memory.Tasks[sample]))
        : Labels.OfMonomial(run.Settings, run.Monomials[monomial], new RelevantInputs(run.Scratch.Window, run.Subset));

    private static bool IsNegative(uint signs, int sample) => ((signs >> sample) & 1) != 0;
}
