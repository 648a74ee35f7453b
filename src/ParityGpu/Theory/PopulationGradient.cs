namespace ParityGpu.Theory;

/// <summary>
/// The exact population gradient of a neuron with output weight 1 under correlation loss, and its Fourier gap (paper, section 4 and figure 11):
/// −∂ℓ/∂w_i = E[y σ′(w·x + b) x_i], which is the Fourier coefficient of σ′ at S △ {i}. S is the set of the first k inputs.
/// </summary>
public sealed class PopulationGradient
{
    private PopulationGradient(int k, double[] gradient, double atSubset, Precision precision)
    {
        K = k;
        Gradient = gradient;
        AtSubset = atSubset;
        Precision = precision;
        Weakest = Enumerable.Range(0, k).MinBy(i => Math.Abs(gradient[i]));
        Strongest = gradient.Length > k ? Enumerable.Range(k, gradient.Length - k).MaxBy(i => Math.Abs(gradient[i])) : null;
    }

    /// <summary>k.</summary>
    public int K { get; }

    /// <summary>E[y σ′ x_i], [n]; relevant inputs first.</summary>
    public IReadOnlyList<double> Gradient { get; }

    /// <summary>The coefficient of σ′ at S: the gradient of the bias.</summary>
    public double AtSubset { get; }

    /// <summary>Precision it was computed in.</summary>
    public Precision Precision { get; }

    /// <summary>The relevant input of smallest |gradient|.</summary>
    public int Weakest { get; }

    /// <summary>The irrelevant input of largest |gradient|; null if there is none.</summary>
    public int? Strongest { get; }

    /// <summary>min over i in S of |gradient| − max over the others of |gradient|.</summary>
    public double Gap => Math.Abs(Gradient[Weakest]) - (Strongest is { } other ? Math.Abs(Gradient[other]) : 0);

    /// <summary>
    /// Enumerates the neuron's slope on all inputs.
    /// </summary>
    /// <param name="spectrum">Memory for the 2^n values; overwritten.</param>
    /// <param name="neuron">n weights.</param>
    public static PopulationGradient Of(Spectrum spectrum, Neuron neuron)
    {
        spectrum.Evaluate(neuron);
        spectrum.Transform();
        int subset = (1 << neuron.K) - 1;
        double[] coefficients = spectrum.Coefficients(
            [.. Enumerable.Range(0, spectrum.Inputs).Select(i => subset ^ (1 << i)), subset]);
        return new PopulationGradient(neuron.K, coefficients[..^1], coefficients[^1], spectrum.Precision);
    }
}
