using ParityGpu.Kernels;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>Transformers that every device is compared with the CPU at.</summary>
internal static class TransformerPoints
{
    /// <summary>Numbers of the points of <see cref="Steps"/>.</summary>
    public static TheoryData<int> StepIndices => [.. Enumerable.Range(0, Steps().Count())];

    /// <summary>Numbers of the points of <see cref="Trainings"/>.</summary>
    public static TheoryData<int> TrainingIndices => [.. Enumerable.Range(0, Trainings().Count())];

    /// <summary>Points to compare parameter by parameter after a few steps.</summary>
    public static IEnumerable<Point> Steps()
    {
        Point odd = Small(7, 3, 33) with { DEmb = 5, Heads = 3, DAttn = 2, Width = 9, Noise = 0.1 };
        // Of adamw kernels see adam.
        foreach (var optimizer in Enum.GetValues<Optimizer>().Where(optimizer => optimizer != Optimizer.Adamw))
        {
            foreach (var loss in Enum.GetValues<Loss>())
                yield return odd with { Optimizer = optimizer, Loss = loss, LearningRate = 0.01, WeightDecay = 0.01 };
        }

        foreach (int batch in new[] { 1, 3, 32, 70, 140 })
            yield return Small(6, 2, batch) with { DEmb = 17, Heads = 2, DAttn = 9, Width = 20, Subset = SubsetChoice.Random };

        foreach (var init in new[] { Init.XavierUniform, Init.KaimingNormal, Init.Sign, Init.Torch })
            yield return Small(5, 2, 6) with { Init = init, LearningRate = 1 };

        yield return Small(5, 2, 6) with { Init = Init.Gaussian, InitSigma = 0.4, Loss = Loss.Logistic, Logits = 2, LearningRate = 1 };

        // More inputs than a word has bits, more heads than lanes, more entries than threads.
        yield return Small(67, 3, 10) with { DEmb = 16, Heads = 17, DAttn = 1, Width = 33 };
        yield return Small(9, 3, 40) with { DEmb = 40, Heads = 5, DAttn = 60, Width = 100 };
        yield return Small(1, 1, 3) with { DEmb = 1, Heads = 1, DAttn = 1, Width = 1 };

        // Exponentials from 1 down to e^−20.
        yield return Small(12, 3, 64) with { DEmb = 64, Heads = 2, DAttn = 4, Init = Init.KaimingNormal };
        yield return odd with { Samples = 50, Batch = 20 };
        yield return odd with { Samples = 7, Batch = 40, Optimizer = Optimizer.Adam, LearningRate = 0.01 };
        yield return odd with { InputBias = 0.2, Mixture = 0.5 };
        yield return odd with { InputSchedule = InputSchedule.TryParse("0=0.2,1=0.2:0.5,2=0.4")! };
        yield return (odd with { Target = Target.TryParse("x1+0.3x1x2-x4")!, Loss = Loss.Square, LearningRate = 0.01 }).Normalised();
        yield return odd with { Biases = InitialBiases.Zero };
        yield return odd with { Train = TrainedLayers.Output, WeightDecay = 0.01 };
        yield return odd with { Schedule = Schedule.TryParse("0=1:0,1=0:2@0.1,2=0.5")! };
    }

    /// <summary>Points to train to the end: solved, out of steps, diverged.</summary>
    public static IEnumerable<Point> Trainings()
    {
        Point quick = Small(4, 2, 16) with { Width = 16, DEmb = 16, Heads = 2, DAttn = 4, Loss = Loss.Logistic, MaxSteps = 300, TestSamples = 100 };
        yield return quick with { Optimizer = Optimizer.Adam, LearningRate = 0.01 };
        yield return quick with { Optimizer = Optimizer.Adam, LearningRate = 0.01, Batch = 40, Samples = 12, MaxSteps = 100 };
        yield return quick with { Optimizer = Optimizer.Adam, LearningRate = 0.01, TargetAccuracy = 0.8, Batch = 5 };
        yield return quick with { DEmb = 5, Heads = 3, DAttn = 2, Loss = Loss.Hinge, LearningRate = 0.2, Noise = 0.1, MaxSteps = 40 };
        yield return quick with { Loss = Loss.Square, LearningRate = 1e20, MaxSteps = 40 };
        yield return quick with { Optimizer = Optimizer.SignSgd, LearningRate = 1e30, MaxSteps = 20 };
    }

    /// <summary>Points that a team of workers trains together: heads across blocks of 16 entries, padding, several chunks.</summary>
    public static IEnumerable<Point> Wide()
    {
        Point wide = Small(9, 3, 180) with { DEmb = 260, Heads = 9, DAttn = 31, Width = 305, LearningRate = 0.001, WeightDecay = 0.01 };
        yield return wide;
        yield return wide with { Batch = 300, Optimizer = Optimizer.Adam, Noise = 0.1, TestSamples = 700 };
        yield return wide with { N = 200, Batch = 1, DEmb = 400, Heads = 2, DAttn = 200, Width = 100, Loss = Loss.Logistic };
        yield return wide with { Train = TrainedLayers.Output, Loss = Loss.Square };
        yield return wide with { Loss = Loss.Square, LearningRate = 1e20 };
        yield return wide with { N = 67, Batch = 560, DEmb = 100, Heads = 33, DAttn = 9, Samples = 90 };
    }

    private static Point Small(int n, int k, int batch) =>
        (TestPoints.Point(n, k, 32, batch, 0.1) with { Model = Model.Transformer, TestSamples = 70 }).Normalised();
}
