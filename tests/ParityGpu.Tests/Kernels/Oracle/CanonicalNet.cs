using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Kernels;

/// <summary>
/// NUMERICS.md read aloud: one run, one thread, plain float loops in the order the text gives. The oracle for the bits of every kernel
/// body, of the counting path and of the general path.
/// </summary>
internal sealed class CanonicalNet
{
    private readonly Point point;
    private readonly KernelPath path;
    private readonly int n;
    private readonly int r;
    private readonly LaunchShape shape;
    private readonly RunSettings settings;
    private readonly SchedulePhase[] phases;
    private readonly int[] subset;
    private readonly float[] coefficients;
    private readonly Monomial[] monomials;
    private readonly CanonicalSamples samples;
    private readonly bool product;
    private readonly CanonicalAttention? attention;

    /// <summary>Inputs of the first hidden layer: n, or what a transformer's attention layer gives.</summary>
    private readonly int inputs;

    /// <summary>Hidden layers (or the columns of a product), [layer from 0][unit][input or unit below, the bias last].</summary>
    private readonly CanonicalParameter[][][] hidden;
    private readonly CanonicalParameter[] u;
    private readonly CanonicalParameter c;
    private float power1 = 1f;
    private float power2 = 1f;
    private RunState state;

    /// <summary>Draws the initial parameters; the path is the point's own unless given.</summary>
    public CanonicalNet(Point point, long seed, KernelPath? path = null)
    {
        this.point = point;
        this.path = path ?? BankShape.Of(point).Path;
        n = point.Inputs;
        r = point.Width;
        shape = BankShape.Of(point, this.path).Launch(1);
        settings = RunPlan.Settings(point, seed);
        phases = RunPlan.Phases(point);
        subset = RunPlan.Subset(point, seed);
        coefficients = RunPlan.Coefficients(point);
        monomials = RunPlan.Monomials(point);
        samples = new CanonicalSamples(point, settings, subset, monomials);
        product = point.Model.IsProduct();
        attention = point.Model == Model.Transformer ? new CanonicalAttention(point, settings) : null;
        inputs = attention == null ? n : point.DEmb;
        int layers = 1 + RunLayout.DenseLayers(shape);
        hidden = [.. Enumerable.Range(1, layers).Select(layer => Units(unit => DrawRow(layer, unit)))];
        u = [.. Enumerable.Range(0, r).Select(j => new CanonicalParameter(DrawOutput(RandomStreams.HiddenOutputDraws(settings.InitialSeed, (uint)j), 1, 1f)))];
        c = new CanonicalParameter(settings.ZeroBiases != 0 ? 0f : DrawOutput(RandomStreams.OutputBiasDraw(settings.InitialSeed), 0, 0f));
        state = new RunState { Status = (int)RunStatus.Running };
    }

    public RunState State => state;

    /// <summary>The parameters in the order of <see cref="RunLayout"/>.</summary>
    public float[] Weights
    {
        get
        {
            var weights = new float[RunLayout.Parameters(shape)];
            attention?.Write(weights, shape);
            for (int j = 0; j < r; j++)
            {
                for (int i = 0; i <= inputs; i++)
                    weights[FirstLayerLayout.Index(inputs, j, i)] = hidden[0][j][i].Value;

                weights[FirstLayerLayout.Index(inputs, j, inputs + 1)] = u[j].Value;
                for (int layer = 2; layer <= hidden.Length; layer++)
                {
                    for (int i = 0; i <= r; i++)
                        weights[RunLayout.Dense(shape, layer) + (i * RunLayout.PaddedWidth(shape)) + j] = hidden[layer - 1][j][i].Value;
                }
            }

            weights[FirstLayerLayout.OutputBias(inputs, r)] = c.Value;
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
        attention?.Prepare();
        var passes = batch.Select(sample => Forward(sample.X)).ToArray();
        int errors = MisfitOf(batch.Zip(passes, (sample, pass) => (sample.Label, pass.Output)));
        bool finite = path == KernelPath.Counts ? UpdateByCounts(batch, passes) : UpdateByReals(batch, passes);
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
        attention?.Prepare();
        (float Label, float Output)[] outputs = [.. trained.Select(sample => (sample.Trained, Forward(sample.X).Output))];
        foreach (var (label, output) in outputs)
            sum = MathF.FusedMultiplyAdd(Losses<float, PlainReals>.Value(settings.Loss, label, output), 1f, sum);

        var first = (attention?.Positions ?? hidden[0].Select(row => row[..n]).ToArray().Transposed())
            .SelectMany((weights, i) => weights.Select(weight => (Relevant: subset.Contains(i), weight.Movement))).ToArray();
        var all = hidden.SelectMany(layer => layer).SelectMany(row => row).Concat(u).Append(c).Concat(attention?.Parameters ?? []);
        return new RunMeasure
        {
            TrainLoss = sum * Elementary<float, PlainReals>.Reciprocal(trained.Length),
            TrainErrors = MisfitOf(outputs),
            HeldOutErrors = HeldOutErrors(),
            Movement = all.Max(parameter => parameter.Movement),
            MovementRelevant = first.Where(weight => weight.Relevant).Max(weight => weight.Movement),
            MovementIrrelevant = first.Where(weight => !weight.Relevant).Select(weight => weight.Movement).DefaultIfEmpty(0f).Max(),
            Gap = request == MeasureRequest.ProgressAndGap && attention == null && shape.Tasks == 0 ? Gap() : float.NaN,
            Means = Means(),
        };
    }

    /// <summary>Mean losses of the tasks.</summary>
    public float[] TaskLosses()
    {
        float Loss(int task)
        {
            float sum = 0f;
            for (int q = 0; q < settings.TaskSamples; q++)
            {
                CanonicalSample sample = samples.OfTask((ulong)state.Steps, task, q);
                sum = MathF.FusedMultiplyAdd(Losses<float, PlainReals>.Value(settings.Loss, sample.Label, Forward(sample.X).Output), 1f, sum);
            }

            return sum * Elementary<float, PlainReals>.Reciprocal(settings.TaskSamples);
        }

        return [.. Enumerable.Range(0, shape.Tasks).Select(Loss)];
    }

    /// <summary>Hidden layer, from 1, that the output reads.</summary>
    private int LastLayer => point.Train == TrainedLayers.Layerwise
        ? (int)Math.Min(hidden.Length, 1 + (state.Steps / settings.StageSteps))
        : hidden.Length;

    private CanonicalParameter[][] Units(Func<int, float[]> row) =>
        [.. Enumerable.Range(0, r).Select(unit => row(unit).Select(value => new CanonicalParameter(value)).ToArray())];

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

        float First(uint word) => Initialisation.Draw(settings.RowDistribution, settings.RowScale, word);
        var row = new float[inputs + 1];
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
            for (int i = 0; i < inputs; i++)
                row[i] = First(RandomStreams.HiddenWeightDraws(settings.InitialSeed, (uint)unit, (uint)(i / 4)).Word(i % 4));
        }

        row[inputs] = settings.ZeroBiases != 0
            ? 0f
            : Initialisation.Draw(settings.Distribution, settings.HiddenScale, RandomStreams.HiddenOutputDraws(settings.InitialSeed, (uint)unit).W0);
        for (int i = 0; i <= n && point.Model == Model.DisjointPolynet; i++)
            row[i] = InBlock(unit, i) ? row[i] : 0f;

        return row;
    }

    /// <summary>An output parameter by a word; of two logits it is the difference of the draws of this word and the next.</summary>
    private float DrawOutput(WordQuad words, int index, float whenFixed)
    {
        if (!point.Model.HasOutputLayer())
            return 0f;

        if (point.Output == OutputLayer.Fixed)
            return whenFixed;

        float Draw(int at) => Initialisation.Draw(settings.Distribution, settings.OutputScale, words.Word(at));
        return point.Logits == 2 ? Draw(index) - Draw(index + 1) : Draw(index);
    }

    /// <summary>Whether column j of a disjoint PolyNet has a weight from input i.</summary>
    private bool InBlock(int j, int i) => i < n && i / (n / r) == j;

    private CanonicalSample[] Batch() =>
        [.. Enumerable.Range(0, point.Batch).Select(b => samples.Training(((ulong)state.Steps * (ulong)point.Batch) + (ulong)b))];

    private CanonicalPass Forward(int[] x)
    {
        int last = LastLayer;
        var pass = new CanonicalPass(last, r) { Attention = attention?.Forward(x) };
        for (int j = 0; j < r; j++)
        {
            CanonicalParameter[] row = hidden[0][j];
            pass.Z[0][j] = pass.Attention is { } below
                ? CanonicalSums.Chain(inputs, row[inputs].Value, i => (below.Output[i], row[i].Value))
                : CanonicalSums.Fours(n, row[n].Value, i => row[i].Value * Encoded(x[i]));
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
                CanonicalParameter[] row = hidden[layer][j];
                float[] below = pass.H[layer - 1];
                pass.Z[layer][j] = CanonicalSums.Chain(r, row[r].Value, i => (below[i], row[i].Value));
            }

            Activate(pass, layer);
        }

        pass.Output = c.Value + CanonicalSums.Tree(r, j => (u[j].Value, pass.H[last - 1][j]));
        return pass;
    }

    private void Activate(CanonicalPass pass, int layer)
    {
        for (int j = 0; j < r; j++)
        {
            var evaluated = Activations<float, PlainReals>.Of(shape, pass.Z[layer][j], point.K, new CoefficientArray(coefficients));
            pass.H[layer][j] = evaluated.Value;
            pass.Slope[layer][j] = evaluated.Slope;
        }
    }

    /// <summary>g and d_j of every layer.</summary>
    private void Backward(CanonicalPass pass, float y)
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
                pass.D[layer][i] = CanonicalSums.Tree(r, j => (pass.D[layer + 1][j], hidden[layer + 1][j][i].Value)) * pass.Slope[layer][i];
        }
    }

    /// <summary>Gradients as population counts, which go into the parameters of a neuron one after the other.</summary>
    private bool UpdateByCounts(CanonicalSample[] batch, CanonicalPass[] passes)
    {
        int[] inside = [.. Enumerable.Range(0, batch.Length).Where(b => batch[b].Label * passes[b].Output < 1f)];
        for (int j = 0; j < r; j++)
        {
            int[] active = [.. inside.Where(b => passes[b].Z[0][j] > 0f)];
            float slope = settings.StepSize * u[j].Value;
            var sums = new float[4];
            float sum = 0f;
            for (int i = 0; i <= n; i++)
            {
                CanonicalParameter weight = hidden[0][j][i];
                int gradient = active.Sum(b => (int)batch[b].Label * (i < n ? batch[b].X[i] : 1));
                if (i < n)
                    sums[i % 4] = MathF.FusedMultiplyAdd(weight.Value, gradient, sums[i % 4]);
                else
                    sum = MathF.FusedMultiplyAdd(weight.Value, gradient, (sums[0] + sums[1]) + (sums[2] + sums[3]));

                weight.Value = MathF.FusedMultiplyAdd(gradient, slope, weight.Value * settings.Decay);
            }

            if (batch.Length == 1)
                sum = passes[0].Z[0][j] * active.Sum(b => batch[b].Label);

            u[j].Value = MathF.FusedMultiplyAdd(settings.StepSize, sum, u[j].Value * settings.Decay);
        }

        c.Value = MathF.FusedMultiplyAdd(settings.StepSize, inside.Sum(b => (int)batch[b].Label), c.Value * settings.Decay);
        return u.Append(c).All(parameter => float.IsFinite(parameter.Value));
    }

    /// <summary>Gradients as sums over the batch, then the optimizer's step.</summary>
    private bool UpdateByReals(CanonicalSample[] batch, CanonicalPass[] passes)
    {
        for (int b = 0; b < batch.Length; b++)
            Backward(passes[b], batch[b].Trained);

        for (int j = 0; j < r; j++)
        {
            for (int i = 0; i < inputs; i++)
            {
                hidden[0][j][i].Gradient = attention == null
                    ? AffineGradient(batch, passes, j, i)
                    : CanonicalSums.Chain(passes.Length, 0f, b => (passes[b].Attention!.Output[i], passes[b].D[0][j]));
            }

            hidden[0][j][inputs].Gradient = attention == null ? AffineGradient(batch, passes, j, n) : Sum(passes, pass => pass.D[0][j]);
            for (int layer = 1; layer < passes[0].Z.Length; layer++)
            {
                for (int i = 0; i < r; i++)
                    hidden[layer][j][i].Gradient = CanonicalSums.Chain(passes.Length, 0f, b => (passes[b].H[layer - 1][i], passes[b].D[layer][j]));

                hidden[layer][j][r].Gradient = Sum(passes, pass => pass.D[layer][j]);
            }

            u[j].Gradient = CanonicalSums.Chain(passes.Length, 0f, b => (passes[b].G, passes[b].H[^1][j]));
        }

        c.Gradient = Sum(passes, pass => pass.G);
        attention?.Accumulate(
            [.. batch.Select(sample => sample.X)],
            [.. passes.Select(pass => pass.Attention!)],
            [.. passes.Select(pass => Enumerable.Range(0, inputs).Select(i => CanonicalSums.Tree(r, j => (pass.D[0][j], hidden[0][j][i].Value))).ToArray())]);
        return Update();
    }

    /// <summary>The number that stands for an input x = ±1.</summary>
    private int Encoded(int x) => point.Encoding == InputEncoding.ZeroOne ? (1 - x) / 2 : x;

    private static float Sum(CanonicalPass[] passes, Func<CanonicalPass, float> term) => passes.Aggregate(0f, (sum, pass) => sum + term(pass));

    private float AffineGradient(CanonicalSample[] batch, CanonicalPass[] passes, int j, int i)
    {
        if (point.Model == Model.DisjointPolynet && !InBlock(j, i))
            return 0f;

        return CanonicalSums.Fours(batch.Length, 0f, b => passes[b].D[0][j] * (i < n ? Encoded(batch[b].X[i]) : 1));
    }

    /// <summary>The optimizer's step on every trained layer; whether all it updated is finite.</summary>
    private bool Update()
    {
        var phase = phases.Last(candidate => candidate.From <= state.Steps);
        power1 *= settings.Beta1;
        power2 *= settings.Beta2;
        var updated = new List<(CanonicalParameter Parameter, int Layer)>();
        for (int layer = 0; layer < hidden.Length; layer++)
        {
            if (point.Train == TrainedLayers.All || (point.Train == TrainedLayers.Layerwise && layer + 1 == LastLayer))
                updated.AddRange(hidden[layer].SelectMany(row => row).Select(parameter => (parameter, layer)));
        }

        if (attention != null && point.Train == TrainedLayers.All)
            updated.AddRange(attention.Parameters.Select(parameter => (parameter, 0)));

        if (point.Model.HasOutputLayer() && point.Output == OutputLayer.Trained)
            updated.AddRange(u.Append(c).Select(parameter => (parameter, hidden.Length)));

        foreach (var (parameter, layer) in updated)
            Update(parameter, phase.Rate(layer), phase.Decay);

        return updated.All(update => float.IsFinite(update.Parameter.Value));
    }

    private void Update(CanonicalParameter parameter, float s, float d)
    {
        float gradient = parameter.Gradient;
        float direction = gradient;
        switch (point.KernelOptimizer)
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
                float corrected = parameter.Second * Elementary<float, PlainReals>.Reciprocal(1f - power2);
                float root = Elementary<float, PlainReals>.SquareRootPlus(corrected, settings.Epsilon);
                direction = parameter.First * Elementary<float, PlainReals>.Reciprocal(1f - power1) * Elementary<float, PlainReals>.Reciprocal(root);
                break;
        }

        parameter.Value = MathF.FusedMultiplyAdd(s, direction, parameter.Value * d);
    }

    /// <summary>Rule 2 of "End of a run", the batch's errors counted in.</summary>
    private bool IsCheckDue(int errors)
    {
        int window = Math.Max(1, (32 + point.Batch - 1) / point.Batch);
        if (settings.AllowedErrors > 0)
        {
            bool starts = (state.Steps - 1) % window == 0;
            state.WindowErrors = starts ? errors
                : monomials.Length == 0 ? state.WindowErrors + errors
                : BitsOf(BitConverter.Int32BitsToSingle(state.WindowErrors) + BitConverter.Int32BitsToSingle(errors));
        }

        if (point.Check != CheckTimes.Step)
            return point.Check != CheckTimes.Never && state.Steps % point.Check.Spacing(point.Samples, point.Batch) == 0;

        if (settings.AllowedErrors == 0)
            return state.CleanBatches >= window;

        return state.Steps % window == 0 && state.WindowErrors <= settings.AllowedWindowErrors;
    }

    private int HeldOutErrors()
    {
        attention?.Prepare();
        return MisfitOf(Enumerable.Range(0, settings.TestSamples)
            .Select(q => samples.HeldOut((ulong)state.Steps, q)).Select(sample => (sample.Label, Forward(sample.X).Output)));
    }

    /// <summary>Errors; of a polynomial target the bits of the sum of squares, in the order of the samples.</summary>
    private int MisfitOf(IEnumerable<(float Label, float Output)> outputs) => monomials.Length == 0
        ? outputs.Count(pair => !(pair.Label * pair.Output > 0f))
        : BitsOf(outputs.Aggregate(0f, (sum, pair) => sum + ((pair.Label - pair.Output) * (pair.Label - pair.Output))));

    private static int BitsOf(float sum) => BitConverter.SingleToInt32Bits(float.IsNaN(sum) ? float.PositiveInfinity : sum);

    /// <summary>f's coefficients of the target's monomials over the held-out samples.</summary>
    private MonomialMeans Means()
    {
        var all = Enumerable.Range(0, settings.TestSamples).Select(q => samples.HeldOut((ulong)state.Steps, q))
            .Select(sample => (sample.Signs, Forward(sample.X).Output)).ToArray();
        float Mean(int m) => m >= monomials.Length ? float.NaN
            : all.Aggregate(0f, (sum, pair) => sum + (pair.Signs[m] * pair.Output))
                * Elementary<float, PlainReals>.Reciprocal(settings.TestSamples);
        return new MonomialMeans(Mean(0), Mean(1), Mean(2), Mean(3), Mean(4), Mean(5), Mean(6), Mean(7));
    }

    private float Gap()
    {
        CanonicalSample[] all = [.. Enumerable.Range(0, 1 << n).Select(number => samples.Enumerated(number))];
        var passes = all.Select(sample => Forward(sample.X)).ToArray();
        for (int b = 0; b < all.Length; b++)
            Backward(passes[b], all[b].Label);

        float OfUnit(int j)
        {
            float[] sizes = [.. Enumerable.Range(0, n).Select(i => CanonicalParameter.Size(AffineGradient(all, passes, j, i)))];
            float irrelevant = Enumerable.Range(0, n).Where(i => !subset.Contains(i)).Select(i => sizes[i]).DefaultIfEmpty(0f).Max();
            float gap = subset.Min(i => sizes[i]) - irrelevant;
            return float.IsNaN(gap) ? float.NegativeInfinity : gap;
        }

        return Enumerable.Range(0, r).Max(OfUnit) * (1f / all.Length);
    }
}
