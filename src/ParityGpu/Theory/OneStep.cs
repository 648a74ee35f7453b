using ParityGpu.Kernels;
using ParityGpu.Specs;

namespace ParityGpu.Theory;

/// <summary>
/// The learner of the paper's theorem 4: from sign initialisation one large-batch step of the hidden layer with weight decay 1, which
/// leaves weights of 1/(2k) on the relevant inputs and noise on the others; then the output layer alone is trained.
/// </summary>
public sealed class OneStep
{
    /// <summary>Largest batch of a sweep.</summary>
    public const int MaxBatch = SweepSpec.MaxBatch;

    /// <param name="n">Inputs, odd.</param>
    /// <param name="k">Parity degree, even, 2 … n−1.</param>
    /// <param name="width">Hidden units.</param>
    public OneStep(int n, int k, int width)
    {
        N = n;
        K = k;
        Width = width;
        Relevant = FourierCoefficients.Majority(n, k - 1);
        Irrelevant = FourierCoefficients.Majority(n, k + 1);
        Gap = FourierCoefficients.MajorityGap(n, k);
    }

    public int N { get; }

    public int K { get; }

    public int Width { get; }

    /// <summary>
    /// ξ_{k−1} of majority. Under hinge loss near f = 0, |∂ℓ/∂w_i| of a relevant input is |u|·|ξ_{k−1}|/2, as relu's slope is (1 + majority)/2.
    /// </summary>
    public Fraction Relevant { get; }

    /// <summary>ξ_{k+1}: the same for an irrelevant input.</summary>
    public Fraction Irrelevant { get; }

    /// <summary>|ξ_{k−1}| − |ξ_{k+1}|.</summary>
    public Fraction Gap { get; }

    /// <summary>The theorem's η = 1/(k·|ξ_{k−1}|), for weights and output weights of ±1.</summary>
    public double LearningRate => 1 / (K * Math.Abs(Relevant.ToDouble()));

    /// <summary>n^k·ln n: the theorem's batch is of this order; its constant is not given.</summary>
    public double TheoremBatch => Math.Pow(N, K) * Math.Log(N);

    /// <summary><see cref="TheoremBatch"/>, rounded up and at most <see cref="MaxBatch"/>.</summary>
    public int Batch => (int)Math.Min(Math.Ceiling(TheoremBatch), MaxBatch);

    /// <summary>|u| of this program's sign initialisation, √(6/(r+1)), in place of the theorem's 1.</summary>
    public double OutputWeight => Math.Sqrt(6 / (Width + 1.0));

    /// <summary>η that yields the theorem's weights 1/(2k): the theorem's η over |u|.</summary>
    public double HiddenRate => LearningRate / OutputWeight;

    /// <summary>
    /// η of the output layer afterwards, a choice of this program: relu features of k weights ±1/(2k) have mean square 1/(8k), so that a
    /// step changes f by at most about η·r/(8k), here ½ of the hinge's unit.
    /// </summary>
    public double OutputRate => 4.0 * K / Width;

    /// <summary>
    /// The sweep: the learning rate is 1, and the schedule's factors are the rates. Its steps after the first train the output layer.
    /// </summary>
    /// <param name="seeds">Number of runs.</param>
    public SweepSpec Sweep(long seeds) => new()
    {
        N = [N],
        K = [K],
        Width = [Width],
        Batch = [Batch],
        Lr = [1.0],
        Init = [Init.Sign],
        Biases = [InitialBiases.Zero],
        Loss = [Loss.Hinge],
        Seeds = seeds,
        MaxSteps = 10_000,
        Schedule = Schedule.TryParse($"0={HiddenRate:R}:0@1,1=0:{OutputRate:R}@0")!,
    };
}
