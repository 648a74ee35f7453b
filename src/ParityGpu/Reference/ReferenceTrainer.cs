using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>
/// The oracle of the tests: one run trained in double precision by plain loops and the chain rule, from the same samples
/// and initial parameters as the kernels. Its trajectory differs from theirs by rounding only.
/// </summary>
public sealed class ReferenceTrainer(Point point, long seed, IActivation activation, ILoss loss)
{
    private const int CleanSamplesNeeded = 32;

    private int cleanBatches;

    /// <summary>A trainer with the point's own activation and loss.</summary>
    public ReferenceTrainer(Point point, long seed)
        : this(point, seed, Activations.Named(point.Activation), Losses.Named(point.Loss))
    {
    }

    /// <summary>Parameters now.</summary>
    public MlpParameters Parameters { get; } = MlpParameters.Initial(point, seed);

    /// <summary>Steps taken, t.</summary>
    public long Steps { get; private set; }

    /// <summary>The batch the next step trains on.</summary>
    public SampleBatch NextBatch() => SampleBatch.Training(point, seed, Steps);

    /// <summary>The network's output f(x) for one input of length n.</summary>
    public double Output(double[] x)
    {
        double f = Parameters.C;
        for (int j = 0; j < point.Width; j++)
            f += Parameters.U(j) * activation.Value(Preactivation(j, x));

        return f;
    }

    /// <summary>z_j = w_j·x + b_j.</summary>
    public double Preactivation(int j, double[] x)
    {
        double z = Parameters.B(j);
        for (int i = 0; i < point.N; i++)
            z += Parameters.W(j, i) * x[i];

        return z;
    }

    /// <summary>Samples with yf ≤ 0 (or NaN).</summary>
    public int Errors(SampleBatch batch)
    {
        int errors = 0;
        for (int b = 0; b < batch.Labels.Length; b++)
        {
            if (!(batch.Labels[b] * Output(batch.Inputs[b]) > 0))
                errors++;
        }

        return errors;
    }

    /// <summary>Mean loss of a batch and its gradient.</summary>
    public (double Loss, MlpParameters Gradient) LossAndGradient(SampleBatch batch)
    {
        int samples = batch.Labels.Length;
        var gradient = new MlpParameters(point.N, point.Width);
        double mean = 0;
        for (int b = 0; b < samples; b++)
        {
            double[] x = batch.Inputs[b];
            double y = batch.Labels[b];
            double f = Output(x);
            mean += loss.Value(y, f) / samples;

            double df = loss.Slope(y, f) / samples;
            gradient.C += df;
            for (int j = 0; j < point.Width; j++)
            {
                double z = Preactivation(j, x);
                gradient.U(j) += df * activation.Value(z);

                double dz = df * Parameters.U(j) * activation.Slope(z);
                gradient.B(j) += dz;
                for (int i = 0; i < point.N; i++)
                    gradient.W(j, i) += dz * x[i];
            }
        }

        return (mean, gradient);
    }

    /// <summary>One step of gradient descent with weight decay, θ ← (1−λ)θ − η∇ (paper, section 3).</summary>
    public void Step()
    {
        SampleBatch batch = NextBatch();
        cleanBatches = Errors(batch) == 0 ? cleanBatches + 1 : 0;

        double[] gradient = LossAndGradient(batch).Gradient.Values;
        double[] values = Parameters.Values;
        for (int p = 0; p < values.Length; p++)
            values[p] = ((1 - point.WeightDecay) * values[p]) - (point.LearningRate * gradient[p]);

        Steps++;
    }

    /// <summary>Trains to the run's end (kernels/NUMERICS.md, end of a run).</summary>
    /// <param name="pointIndex">The point's index in its sweep, for the record.</param>
    public RunRecord Run(int pointIndex = 0)
    {
        int cleanBatchesNeeded = (CleanSamplesNeeded + point.Batch - 1) / point.Batch;
        while (true)
        {
            Step();
            if (HasDiverged())
                return new RunRecord(pointIndex, seed, Outcome.Diverged, Steps, double.NaN);

            bool last = Steps == point.MaxSteps;
            if (cleanBatches < cleanBatchesNeeded && !last)
                continue;

            int errors = Errors(SampleBatch.HeldOut(point, seed, Steps));
            if (cleanBatches >= cleanBatchesNeeded && errors == 0)
                return new RunRecord(pointIndex, seed, Outcome.Solved, Steps, 1);

            if (last)
                return new RunRecord(pointIndex, seed, Outcome.Budget, Steps, 1 - ((double)errors / point.TestSamples));
        }
    }

    /// <summary>Whether a u_j or c has left the range of float, in which the kernels train.</summary>
    private bool HasDiverged()
    {
        bool diverged = !float.IsFinite((float)Parameters.C);
        for (int j = 0; j < point.Width; j++)
            diverged |= !float.IsFinite((float)Parameters.U(j));

        return diverged;
    }
}
