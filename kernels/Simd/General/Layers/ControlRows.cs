using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// Control bits in the encoding 0 and 1, of which each sample has exactly one that is 1: its row of weights is added to z and d to its row of
/// gradients, instead of multiplying by every bit. The result has the same bits unless a bias is −0 or a number is not finite: a group of inputs that
/// are all 0 adds 0, and a group with a single 1 adds that input's weight.
/// </summary>
internal static unsafe class ControlRows<TVec, TLanes>
    where TVec : unmanaged
    where TLanes : struct, ILanes<TVec>
{
    /// <summary>First of the inputs that are added by rows, or n if none is: the control bits from the first whole group of four on.</summary>
    public static int First(in LaunchShape shape, bool byRows) => byRows
        ? Math.Min(shape.Inputs, Canon.Group * Canon.Groups(TaskLayout.RandomInputs(shape)))
        : shape.Inputs;

    /// <summary>Whether a network's control bits are of this kind.</summary>
    public static bool Fit(in LaunchShape shape) => shape.TaskControls == 1 && shape.Encoding == (int)InputEncoding.ZeroOne;

    /// <summary>Adds the weights of the samples' control bits to their z, [sample][<paramref name="stride"/>].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* column, in GeneralWorkspace workspace, int first, int samples, float* z, int stride)
    {
        for (int sample = 0; sample < samples; sample++, z += stride)
        {
            int control = workspace.Controls[sample];
            if (control >= first)
                TLanes.Store(z, TLanes.Add(TLanes.Load(z), TLanes.Load(column + ((long)control * Canon.Lanes))));
        }
    }

    /// <summary>
    /// Adds the samples' d, [sample][<paramref name="stride"/>], to the gradients of their control bits. Within a group of four, samples with the
    /// same control bit are added up first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* gradient, in GeneralWorkspace workspace, int first, int samples, float* d, int stride)
    {
        for (int group = 0; group < samples; group += Canon.Group)
        {
            int end = Math.Min(samples, group + Canon.Group);
            for (int sample = group; sample < end; sample++)
            {
                int control = workspace.Controls[sample];
                if (control < first || IsTaken(workspace.Controls, group, sample))
                    continue;

                TVec sum = TLanes.Load(d + ((long)sample * stride));
                for (int other = sample + 1; other < end; other++)
                {
                    if (workspace.Controls[other] == control)
                        sum = TLanes.Add(sum, TLanes.Load(d + ((long)other * stride)));
                }

                float* row = gradient + ((long)control * Canon.Lanes);
                TLanes.Store(row, TLanes.Add(TLanes.Load(row), sum));
            }
        }
    }

    private static bool IsTaken(int* controls, int group, int sample)
    {
        for (int other = group; other < sample; other++)
        {
            if (controls[other] == controls[sample])
                return true;
        }

        return false;
    }
}
