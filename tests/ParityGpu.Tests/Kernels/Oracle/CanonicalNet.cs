using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Kernels;

/// <summary>
/// The general path of NUMERICS.md read aloud: one run, one thread, plain float loops in the order the text gives. The oracle
/// for the bits of every kernel body. Transformers are not among its networks.
/// </summary>
internal sealed class CanonicalNet
{
    private readonly Point point;
    private readonly int n;
    private readonly int r;
    private readonly RunSettings settings;
    private readonly SchedulePhase[] phases;
    private readonly int[] subset;
    private readonly float[] coefficients;
    private readonly CanonicalSamples samples;
    private readonly bool product;

    /// <summary>Hidden layers (or the columns of a product), [layer from 0][unit][input or unit below, the bias last].</summary>
    private readonly Parameter[][][] hidden;
    private readonly Parameter[] u;
    private readonly Parameter c;
    private float power1 = 1f;
    private float power2 = 1f;
    private RunState state;

    /// <summary>Draws the initial parameters.</summary>
    public CanonicalNet(Point point, long seed)
    {
        this.point = point;
        n = point.N;
        r = point.Width;
        settings = RunPlan.Settings(point, seed);
        phases = RunPlan.Phases(point);
        subset = RunPlan.Subset(point, seed);
        coefficients = point.Activation == Activation.Polynomial
            ? [.. RunPlan.PolynomialCoefficients(point.K).Select(coefficient => (float)coefficient)]
            : [];
        samples = new CanonicalSamples(n, point.Samples, settings, subset);
        product = point.Model is Model.Polynet or Model.DisjointPolynet;
        int layers = point.Model == Model.Deep ? point.Depth - 1 : 1;
        hidden = [.. Enumerable.Range(1, layers).Select(layer => Units(unit => DrawRow(layer, unit)))];
        u = [.. Enumerable.Range(0, r).Select(j => new Parameter(DrawOutput(RandomStreams.HiddenOutputDraws(settings.InitialSeed, (uint)j).W1, 1f)))];
        c = new Parameter(settings.ZeroBiases != 0 ? 0f : DrawOutput(RandomStreams.OutputBiasDraw(settings.InitialSeed).W0, 0f));
        state = new RunState { Status = (int)RunStatus.Running };
    }

    public RunState State => state;

    /// <summary>The parameters in the order of <see cref="RunLayout"/>.</summary>
    public float[] Weights
    {
        get
        {
            var shape = BankShape.Of(point, KernelPath.General).Launch(1);
            var weights = new float[RunLayout.Parameters(shape)];
            for (int j = 0; j < r; j++)
            {
                for (int i = 0; i <= n; i++)
                    weights[FirstLayerLayout.Index(n, j, i)] = hidden[0][j][i].Value;

                weights[FirstLayerLayout.Index(n, j, n + 1)] = u[j].Value;
                for (int layer = 2; layer <= hidden.Length; layer++)
                {
                    for (int i = 0; i <= r; i++)
                        weights[RunLayout.Dense(shape, layer) + (i * RunLayout.PaddedWidth(shape)) + j] = hidden[layer - 1][j][i].Value;
                }
            }

            weights[FirstLayerLayout.OutputBias(n, r)] = c.Value;
            return weights;
        }
    }

    /// <summary>Makes the run wait after so many steps, as <see cref="SlotBank.StopAt"/> does.</summary>
    public void StopAt(long steps) => state.StopAt = steps;

    /// <summary>Advances by at most <paramref name="chunk"/> steps, as one launch does.</summary>
    public RunState Run(int chunk)
    {
        for (int step = 0; step < chunk && state.Status == (int)RunStatus.Running; step++)
        {
            if (state.StopAt != 0 && state.Steps == state.StopAt)
                break;

            Step();
        }

        return state;
    }

    /// <summary>One step of the optimizer and the rules for the end of a run.</summary>
    public void Step()
    {
        var batch = Batch();
        var passes = batch.Select(sample => Forward(sample.X)).ToArray();
        int errors = 0;
        for (int b = 0; b < batch.Length; b++)
        {
            errors += batch[b].Label * passes[b].Output > 0f ? 0 : 1;
            Backward(passes[b], batch[b].Trained);
        }

        Accumulate(batch, passes);
        bool finite = Update();
        state.Steps++;
        state.CleanBatches = errors == 0 ? state.CleanBatches + 1 : 0;
        bool check = IsCheckDue(errors);
        if (!finite)
        {
            state.Status = (int)RunStatus.Diverged;
            return;
        }

        bool last = state.Steps == settings.MaxSteps;
        if (!last && !check)
            return;

        int heldOut = HeldOutErrors();
        if (check && heldOut <= settings.AllowedErrors)
            state.Status = (int)RunStatus.Solved;
        else if (last)
            state.Status = (int)RunStatus.Budget;

        if (state.Status != (int)RunStatus.Running)
            state.HeldOutErrors = heldOut;
    }

    /// <summary>How the run looks inside now.</summary>
    public RunMeasure Measure(int request)
    {
        CanonicalSample[] trained = point.Samples == 0
            ? Batch()
            : [.. Enumerable.Range(0, point.Samples).Select(q => samples.Stream((ulong)q))];
        float sum = 0f;
        int errors = 0;
        foreach (var sample in trained)
        {
            float f = Forward(sample.X).Output;
            sum = MathF.FusedMultiplyAdd(Losses<float, PlainReals>.Value(settings.Loss, sample.Trained, f), 1f, sum);
            errors += sample.Trained * f > 0f ? 0 : 1;
        }

        var first = hidden[0].SelectMany(row => row[..n].Select((weight, i) => (Relevant: subset.Contains(i), weight.Movement))).ToArray();
        var all = hidden.SelectMany(layer => layer).SelectMany(row => row).Concat(u).Append(c);
        return new RunMeasure
        {
            TrainLoss = sum * Elementary<float, PlainReals>.Reciprocal(trained.Length),
            TrainErrors = errors,
            HeldOutErrors = HeldOutErrors(),
            Movement = all.Max(parameter => parameter.Movement),
            MovementRelevant = first.Where(weight => weight.Relevant).Max(weight => weight.Movement),
            MovementIrrelevant = first.Where(weight => !weight.Relevant).Select(weight => weight.Movement).DefaultIfEmpty(0f).Max(),
            Gap = request == MeasureRequest.ProgressAndGap ? Gap() : float.NaN,
        };
    }

    /// <summary>Hidden layer, from 1, that the output reads.</summary>
    private int LastLayer => point.Train == TrainedLayers.Layerwise
        ? (int)Math.Min(hidden.Length, 1 + (state.Steps / settings.StageSteps))
        : hidden.Length;

    private Parameter[][] Units(Func<int, float[]> row) =>
        [.. Enumerable.Range(0, r).Select(unit => row(unit).Select(value => new Parameter(value)).ToArray())];

    /// <summary>Initial weights and bias of a unit of layer 1 … L−1.</summary>
    private float[] DrawRow(int layer, int unit)
    {
        if (layer > 1)
        {
            float Inner(uint word) => Initialisation.Draw(settings.Distribution, settings.InnerScale, word);
            return
            [
                .. Enumerable.Range(0, r).Select(i => Inner(RandomStreams.InnerWeightDraws(settings.InitialSeed, layer, (uint)unit, (uint)(i / 4)).Word(i % 4))),
                settings.ZeroBiases != 0 ? 0f : Inner(RandomStreams.InnerBiasDraw(settings.InitialSeed, layer, (uint)unit).W0),
            ];
        }

        float First(uint word) => Initialisation.Draw(settings.Distribution, settings.HiddenScale, word);
        var row = new float[n + 1];
        if (settings.SparseInputs > 0)
        {
            for (int d = 0; d < settings.SparseInputs; d++)
            {
                int most = n - settings.SparseInputs + d;
                var draws = RandomStreams.SparseRowDraw(settings.InitialSeed, (uint)unit, (uint)d);
                int place = (int)(((ulong)draws.W0 * (ulong)(most + 1)) >> 32);
                row[row[place] == 0f ? place : most] = First(draws.W1);
            }
        }
        else
        {
            for (int i = 0; i < n; i++)
                row[i] = First(RandomStreams.HiddenWeightDraws(settings.InitialSeed, (uint)unit, (uint)(i / 4)).Word(i % 4));
        }

        row[n] = settings.ZeroBiases != 0 ? 0f : First(RandomStreams.HiddenOutputDraws(settings.InitialSeed, (uint)unit).W0);
        for (int i = 0; i <= n && point.Model == Model.DisjointPolynet; i++)
            row[i] = InBlock(unit, i) ? row[i] : 0f;

        return row;
    }

    private float DrawOutput(uint word, float whenFixed)
    {
        if (product)
            return 0f;

        return point.Output == OutputLayer.Fixed ? whenFixed : Initialisation.Draw(settings.Distribution, settings.OutputScale, word);
    }

    /// <summary>Whether column j of a disjoint PolyNet has a weight from input i.</summary>
    private bool InBlock(int j, int i) => i < n && i / (n / r) == j;

    private CanonicalSample[] Batch() =>
        [.. Enumerable.Range(0, point.Batch).Select(b => samples.Training(((ulong)state.Steps * (ulong)point.Batch) + (ulong)b))];

    private Pass Forward(int[] x)
    {
        int last = LastLayer;
        var pass = new Pass(last, r);
        for (int j = 0; j < r; j++)
        {
            float z = hidden[0][j][n].Value;
            for (int start = 0; start < n; start += 4)
            {
                float sum = hidden[0][j][start].Value * x[start];
                for (int i = start + 1; i < Math.Min(start + 4, n); i++)
                    sum += hidden[0][j][i].Value * x[i];

                z += sum;
            }

            pass.Z[0][j] = z;
        }

        if (product)
        {
            float p = 1f;
            for (int j = 0; j < r; j++)
            {
                pass.H[0][j] = p;
                p *= pass.Z[0][j];
            }

            pass.Output = p;
            return pass;
        }

        Activate(pass, 0);
        for (int layer = 1; layer < last; layer++)
        {
            for (int j = 0; j < r; j++)
            {
                float z = hidden[layer][j][r].Value;
                for (int i = 0; i < r; i++)
                    z = MathF.FusedMultiplyAdd(pass.H[layer - 1][i], hidden[layer][j][i].Value, z);

                pass.Z[layer][j] = z;
            }

            Activate(pass, layer);
        }

        pass.Output = c.Value + LaneSum(j => (u[j].Value, pass.H[last - 1][j]));
        return pass;
    }

    private void Activate(Pass pass, int layer)
    {
        for (int j = 0; j < r; j++)
        {
            float z = pass.Z[layer][j];
            var evaluated = point.Model == Model.Deep
                ? new Evaluated<float> { Value = z * z, Slope = 2f * z }
                : point.Activation switch
                {
                    Activation.Relu => Activations<float, PlainReals>.Relu(z),
                    Activation.Power => Activations<float, PlainReals>.Power(z, point.K),
                    Activation.Zigzag => Activations<float, PlainReals>.Zigzag(z, point.K),
                    Activation.Triangle => Activations<float, PlainReals>.Triangle(z, point.K),
                    Activation.Sin => Activations<float, PlainReals>.Sin(z, point.K),
                    _ => coefficients.Reverse().Aggregate(
                        default(Evaluated<float>), (higher, coefficient) => Activations<float, PlainReals>.Horner(higher, z, coefficient)),
                };
            pass.H[layer][j] = evaluated.Value;
            pass.Slope[layer][j] = evaluated.Slope;
        }
    }

    /// <summary>Σ_j a_j·b_j in 16 lanes and a halving tree.</summary>
    private float LaneSum(Func<int, (float A, float B)> factors)
    {
        var lanes = new float[16];
        for (int j = 0; j < r; j++)
        {
            (float a, float b) = factors(j);
            lanes[j % 16] = MathF.FusedMultiplyAdd(a, b, lanes[j % 16]);
        }

        for (int half = 8; half >= 1; half /= 2)
        {
            for (int l = 0; l < half; l++)
                lanes[l] += lanes[l + half];
        }

        return lanes[0];
    }

    /// <summary>g and d_j of every layer.</summary>
    private void Backward(Pass pass, int y)
    {
        pass.G = Losses<float, PlainReals>.Descent(settings.Loss, y, pass.Output);
        if (product)
        {
            float q = 1f;
            for (int j = r - 1; j >= 0; j--)
            {
                pass.D[0][j] = pass.G * (pass.H[0][j] * q);
                q *= pass.Z[0][j];
            }

            return;
        }

        int last = pass.Z.Length - 1;
        for (int j = 0; j < r; j++)
            pass.D[last][j] = (pass.G * u[j].Value) * pass.Slope[last][j];

        for (int layer = last - 1; layer >= 0; layer--)
        {
            for (int i = 0; i < r; i++)
                pass.D[layer][i] = LaneSum(j => (pass.D[layer + 1][j], hidden[layer + 1][j][i].Value)) * pass.Slope[layer][i];
        }
    }

    /// <summary>Sums over the batch.</summary>
    private void Accumulate(CanonicalSample[] batch, Pass[] passes)
    {
        for (int j = 0; j < r; j++)
        {
            for (int i = 0; i <= n; i++)
                hidden[0][j][i].Gradient = AffineGradient(batch, passes, j, i);

            for (int layer = 1; layer < passes[0].Z.Length; layer++)
            {
                for (int i = 0; i < r; i++)
                {
                    hidden[layer][j][i].Gradient = passes.Aggregate(
                        0f, (sum, pass) => MathF.FusedMultiplyAdd(pass.H[layer - 1][i], pass.D[layer][j], sum));
                }

                hidden[layer][j][r].Gradient = passes.Aggregate(0f, (sum, pass) => sum + pass.D[layer][j]);
            }

            u[j].Gradient = passes.Aggregate(0f, (sum, pass) => MathF.FusedMultiplyAdd(pass.G, pass.H[^1][j], sum));
        }

        c.Gradient = passes.Aggregate(0f, (sum, pass) => sum + pass.G);
    }

    private float AffineGradient(CanonicalSample[] batch, Pass[] passes, int j, int i)
    {
        if (point.Model == Model.DisjointPolynet && !InBlock(j, i))
            return 0f;

        float gradient = 0f;
        for (int start = 0; start < batch.Length; start += 4)
        {
            float Term(int b) => passes[b].D[0][j] * (i < n ? batch[b].X[i] : 1);
            float sum = Term(start);
            for (int b = start + 1; b < Math.Min(start + 4, batch.Length); b++)
                sum += Term(b);

            gradient += sum;
        }

        return gradient;
    }

    /// <summary>The optimizer's step on every trained layer; whether all it updated is finite.</summary>
    private bool Update()
    {
        var phase = phases.Last(candidate => candidate.From <= state.Steps);
        power1 *= settings.Beta1;
        power2 *= settings.Beta2;
        var updated = new List<(Parameter Parameter, int Layer)>();
        for (int layer = 0; layer < hidden.Length; layer++)
        {
            if (point.Train == TrainedLayers.All || (point.Train == TrainedLayers.Layerwise && layer + 1 == LastLayer))
                updated.AddRange(hidden[layer].SelectMany(row => row).Select(parameter => (parameter, layer)));
        }

        if (!product && point.Output == OutputLayer.Trained)
            updated.AddRange(u.Append(c).Select(parameter => (parameter, hidden.Length)));

        foreach (var (parameter, layer) in updated)
            Update(parameter, phase.Rate(layer), phase.Decay);

        return updated.All(update => float.IsFinite(update.Parameter.Value));
    }

    private void Update(Parameter parameter, float s, float d)
    {
        float gradient = parameter.Gradient;
        float direction = gradient;
        switch (point.Optimizer)
        {
            case Optimizer.Momentum:
                parameter.First = MathF.FusedMultiplyAdd(settings.Beta1, parameter.First, gradient);
                direction = parameter.First;
                break;
            case Optimizer.SignSgd:
                direction = gradient > 0f ? 1f : gradient < 0f ? -1f : 0f;
                break;
            case Optimizer.Adam:
                float mean = gradient * settings.InverseBatch;
                parameter.First = MathF.FusedMultiplyAdd(settings.Beta1, parameter.First, (1f - settings.Beta1) * mean);
                parameter.Second = MathF.FusedMultiplyAdd(settings.Beta2, parameter.Second, (1f - settings.Beta2) * (mean * mean));
                direction = Optimizers<float, PlainReals>.AdamDirection(
                    parameter.First,
                    parameter.Second,
                    Elementary<float, PlainReals>.Reciprocal(1f - power1),
                    Elementary<float, PlainReals>.Reciprocal(1f - power2),
                    settings.Epsilon);
                break;
        }

        parameter.Value = MathF.FusedMultiplyAdd(s, direction, parameter.Value * d);
    }

    /// <summary>Rule 2 of "End of a run", the batch's errors counted in.</summary>
    private bool IsCheckDue(int errors)
    {
        int window = Math.Max(1, (32 + point.Batch - 1) / point.Batch);
        if (settings.AllowedErrors == 0)
            return state.CleanBatches >= window;

        bool starts = (state.Steps - 1) % window == 0;
        state.WindowErrors = starts ? errors : state.WindowErrors + errors;
        return state.Steps % window == 0 && state.WindowErrors <= settings.AllowedWindowErrors;
    }

    private int HeldOutErrors() => Enumerable.Range(0, settings.TestSamples)
        .Select(q => samples.HeldOut((ulong)state.Steps, q))
        .Count(sample => !(sample.Label * Forward(sample.X).Output > 0f));

    private float Gap()
    {
        CanonicalSample[] all = [.. Enumerable.Range(0, 1 << n).Select(number => samples.Enumerated(number))];
        var passes = all.Select(sample => Forward(sample.X)).ToArray();
        for (int b = 0; b < all.Length; b++)
            Backward(passes[b], all[b].Label);

        float OfUnit(int j)
        {
            float[] sizes = [.. Enumerable.Range(0, n).Select(i => Size(AffineGradient(all, passes, j, i)))];
            float irrelevant = Enumerable.Range(0, n).Where(i => !subset.Contains(i)).Select(i => sizes[i]).DefaultIfEmpty(0f).Max();
            float gap = subset.Min(i => sizes[i]) - irrelevant;
            return float.IsNaN(gap) ? float.NegativeInfinity : gap;
        }

        return Enumerable.Range(0, r).Max(OfUnit) * (1f / all.Length);
    }

    /// <summary>|value|, and +∞ for what is not a number.</summary>
    private static float Size(float value) => float.IsNaN(value) ? float.PositiveInfinity : MathF.Abs(value);

    /// <summary>One parameter with its moments and the gradient of the step under way.</summary>
    private sealed class Parameter(float value)
    {
        private readonly float initial = value;

        public float Value { get; set; } = value;

        public float First { get; set; }

        public float Second { get; set; }

        public float Gradient { get; set; }

        public float Movement => Size(Value - initial);
    }

    /// <summary>One sample's way through the hidden layers up to the one the output reads, [layer from 0][unit].</summary>
    private sealed class Pass(int layers, int width)
    {
        public float[][] Z { get; } = Rows(layers, width);

        /// <summary>σ(z); of a product, the factors before this one.</summary>
        public float[][] H { get; } = Rows(layers, width);

        public float[][] Slope { get; } = Rows(layers, width);

        public float[][] D { get; } = Rows(layers, width);

        public float Output { get; set; }

        public float G { get; set; }

        private static float[][] Rows(int layers, int width) => [.. Enumerable.Range(0, layers).Select(_ => new float[width])];
    }
}
