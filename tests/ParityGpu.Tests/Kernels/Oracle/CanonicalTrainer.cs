using ParityGpu.Kernels;

namespace ParityGpu.Tests.Kernels;

/// <summary>
/// NUMERICS.md read aloud: one run, one thread, plain float loops in the order the text gives. The oracle for the bits
/// of every kernel body.
/// </summary>
internal sealed class CanonicalTrainer
{
    private readonly int n;
    private readonly int width;
    private readonly int batch;
    private readonly RunSettings settings;
    private readonly int[] subset;

    /// <summary>w[j][i], the hidden bias last (i = n).</summary>
    private readonly float[][] w;
    private readonly float[] u;
    private float c;
    private RunState state;

    /// <summary>Draws the initial weights, whatever phase a slot would be in; the subset's first Degree entries count.</summary>
    public CanonicalTrainer(int n, int width, int batch, RunSettings settings, int[] subset)
    {
        this.n = n;
        this.width = width;
        this.batch = batch;
        this.settings = settings;
        this.subset = subset;
        w = new float[width][];
        u = new float[width];
        for (int j = 0; j < width; j++)
        {
            w[j] = new float[n + 1];
            for (int i = 0; i < n; i++)
                w[j][i] = Hidden(RandomStreams.HiddenWeightDraws(settings.InitialSeed, (uint)j, (uint)(i / 4)).Word(i % 4));

            var draws = RandomStreams.HiddenOutputDraws(settings.InitialSeed, (uint)j);
            w[j][n] = Hidden(draws.W0);
            u[j] = Output(draws.W1);
        }

        c = Output(RandomStreams.OutputBiasDraw(settings.InitialSeed).W0);
        state = new RunState { Status = (int)RunStatus.Running };
    }

    public RunState State => state;

    /// <summary>The parameters in the order of <see cref="FirstLayerLayout"/>: [block][row][lane], then the output bias.</summary>
    public float[] Weights
    {
        get
        {
            int rows = FirstLayerLayout.Rows(n);
            var weights = new float[FirstLayerLayout.RunFloats(n, width)];
            for (int j = 0; j < width; j++)
            {
                int start = ((j / Canon.Lanes) * rows * Canon.Lanes) + (j % Canon.Lanes);
                for (int i = 0; i <= n; i++)
                    weights[start + (i * Canon.Lanes)] = w[j][i];

                weights[start + ((n + 1) * Canon.Lanes)] = u[j];
            }

            weights[Canon.Blocks(width) * rows * Canon.Lanes] = c;
            return weights;
        }
    }

    /// <summary>Advances by at most <paramref name="chunk"/> steps, as one launch does.</summary>
    public RunState Run(int chunk)
    {
        for (int step = 0; step < chunk && state.Status == (int)RunStatus.Running; step++)
            Step();

        return state;
    }

    /// <summary>One step of SGD and the rules for the end of a run.</summary>
    public void Step()
    {
        var x = new int[batch][];
        var y = new int[batch];
        var z = new float[batch][];
        var inside = new bool[batch];
        bool clean = true;
        for (int b = 0; b < batch; b++)
        {
            x[b] = TrainingSample(((ulong)state.Steps * (ulong)batch) + (ulong)b);
            y[b] = Label(x[b]);
            (z[b], float f) = Forward(x[b]);
            clean &= y[b] * f > 0f;
            inside[b] = y[b] * f < 1f;
        }

        Update(x, y, z, inside);
        state.Steps++;
        state.CleanBatches = clean ? state.CleanBatches + 1 : 0;
        if (!float.IsFinite(c) || !u.All(float.IsFinite))
        {
            state.Status = (int)RunStatus.Diverged;
            return;
        }

        bool last = state.Steps == settings.MaxSteps;
        bool check = state.CleanBatches >= Math.Max(1, (32 + batch - 1) / batch);
        if (!last && !check)
            return;

        int errors = HeldOutErrors((ulong)state.Steps);
        if (check && errors == 0)
        {
            state.Status = (int)RunStatus.Solved;
        }
        else if (last)
        {
            state.Status = (int)RunStatus.Budget;
            state.HeldOutErrors = errors;
        }
    }

    private float Hidden(uint word) => Initialisation.Draw(settings.Distribution, settings.HiddenScale, word);

    private float Output(uint word) => Initialisation.Draw(settings.Distribution, settings.OutputScale, word);

    private int[] TrainingSample(ulong q) =>
        Sample((int)(q % 32), g => RandomStreams.SampleWord(settings.Seed, q / 32, g));

    private int[] Sample(int bit, Func<uint, PhiloxBlock> groupOfInputs)
    {
        var x = new int[n];
        for (int i = 0; i < n; i++)
            x[i] = ((groupOfInputs((uint)(i / 4)).Word(i % 4) >> bit) & 1) == 1 ? -1 : 1;

        return x;
    }

    private int Label(int[] x)
    {
        int y = 1;
        for (int q = 0; q < settings.Degree; q++)
            y *= x[subset[q]];

        return y;
    }

    private (float[] Z, float Output) Forward(int[] x)
    {
        var z = new float[width];
        var lanes = new float[16];
        for (int j = 0; j < width; j++)
        {
            z[j] = w[j][n];
            for (int start = 0; start < n; start += 4)
            {
                float sum = w[j][start] * x[start];
                for (int i = start + 1; i < Math.Min(start + 4, n); i++)
                    sum += w[j][i] * x[i];

                z[j] += sum;
            }

            lanes[j % 16] = MathF.FusedMultiplyAdd(u[j], z[j] > 0f ? z[j] : 0f, lanes[j % 16]);
        }

        for (int half = 8; half >= 1; half /= 2)
        {
            for (int l = 0; l < half; l++)
                lanes[l] += lanes[l + half];
        }

        return (z, c + lanes[0]);
    }

    private void Update(int[][] x, int[] y, float[][] z, bool[] inside)
    {
        float s = settings.StepSize;
        float d = settings.Decay;
        for (int j = 0; j < width; j++)
        {
            float slope = s * u[j];
            var sums = new float[4];
            float sum = 0f;
            for (int i = 0; i <= n; i++)
            {
                int gradient = 0;
                for (int b = 0; b < batch; b++)
                {
                    if (inside[b] && z[b][j] > 0f)
                        gradient += y[b] * (i < n ? x[b][i] : 1);
                }

                if (i < n)
                    sums[i % 4] = MathF.FusedMultiplyAdd(w[j][i], gradient, sums[i % 4]);
                else
                    sum = MathF.FusedMultiplyAdd(w[j][i], gradient, (sums[0] + sums[1]) + (sums[2] + sums[3]));

                w[j][i] = MathF.FusedMultiplyAdd(gradient, slope, w[j][i] * d);
            }

            u[j] = MathF.FusedMultiplyAdd(s, sum, u[j] * d);
        }

        int labels = 0;
        for (int b = 0; b < batch; b++)
            labels += inside[b] ? y[b] : 0;

        c = MathF.FusedMultiplyAdd(s, labels, c * d);
    }

    private int HeldOutErrors(ulong step)
    {
        int errors = 0;
        for (int q = 0; q < settings.TestSamples; q++)
        {
            var x = Sample(q % 32, g => RandomStreams.HeldOutWord(settings.Seed, step, (uint)(q / 32), g));
            errors += Label(x) * Forward(x).Output > 0f ? 0 : 1;
        }

        return errors;
    }
}
