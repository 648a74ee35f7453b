using ParityGpu.Kernels;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Reference;

/// <summary>
/// Parameters of f(x) = c + Σ_j u_j σ(w_j·x + b_j), or a gradient with respect to them. n inputs, r hidden neurons.
/// </summary>
public sealed class MlpParameters(int inputs, int width)
{
    /// <summary>n.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>r.</summary>
    public int Width { get; } = width;

    /// <summary>All r(n+2)+1 of them: w_j, b_j, u_j for each neuron, then c.</summary>
    public double[] Values { get; } = new double[(width * (inputs + 2)) + 1];

    /// <summary>The output bias c.</summary>
    public ref double C => ref Values[^1];

    /// <summary>The weight w_ji from input i to neuron j.</summary>
    public ref double W(int j, int i) => ref Values[(j * (Inputs + 2)) + i];

    /// <summary>The bias b_j of neuron j.</summary>
    public ref double B(int j) => ref Values[(j * (Inputs + 2)) + Inputs];

    /// <summary>The output weight u_j of neuron j.</summary>
    public ref double U(int j) => ref Values[(j * (Inputs + 2)) + Inputs + 1];

    /// <summary>The canonical initial parameters of a run, floats converted to double (kernels/NUMERICS.md).</summary>
    public static MlpParameters Initial(Point point, long seed)
    {
        RunSettings settings = RunPlan.Settings(point, seed);
        double Hidden(uint word) => Initialisation.Draw(settings.Distribution, settings.HiddenScale, word);
        double Output(uint word) => Initialisation.Draw(settings.Distribution, settings.OutputScale, word);

        var initial = new MlpParameters(point.N, point.Width);
        for (int j = 0; j < point.Width; j++)
        {
            for (int i = 0; i < point.N; i++)
            {
                PhiloxBlock draws = RandomStreams.HiddenWeightDraws(settings.Seed, (uint)j, (uint)(i / 4));
                initial.W(j, i) = Hidden(draws.Word(i % 4));
            }

            PhiloxBlock outputDraws = RandomStreams.HiddenOutputDraws(settings.Seed, (uint)j);
            initial.B(j) = Hidden(outputDraws.W0);
            initial.U(j) = Output(outputDraws.W1);
        }

        initial.C = Output(RandomStreams.OutputBiasDraw(settings.Seed).W0);
        return initial;
    }
}
