using ParityGpu.Kernels;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Kernels;

/// <summary>
/// Points that between them visit every model, activation, loss, optimizer, way of training and batch of the general path,
/// small enough for <see cref="CanonicalNet"/>.
/// </summary>
public static class GeneralPoints
{
    /// <summary>Numbers of the points of <see cref="Steps"/>.</summary>
    public static TheoryData<int> StepIndices => [.. Enumerable.Range(0, Steps().Count())];

    /// <summary>Numbers of the points of <see cref="Trainings"/>.</summary>
    public static TheoryData<int> TrainingIndices => [.. Enumerable.Range(0, Trainings().Count())];

    /// <summary>Points to compare parameter by parameter after a few steps.</summary>
    public static IEnumerable<Point> Steps()
    {
        Point mlp = Mlp(6, 3, 20, 32);
        foreach (var activation in Enum.GetValues<Activation>())
        {
            yield return mlp with { Activation = activation };
            yield return mlp with { N = 10, K = 4, Width = 17, Batch = 100, Activation = activation, Output = OutputLayer.Fixed };
            yield return Deep(7, 3, 9, 35, 3) with { Model = Model.DeepMlp, Activation = activation, Loss = Loss.Square, LearningRate = 0.01 };
        }

        foreach (var loss in Enum.GetValues<Loss>())
        {
            yield return mlp with { N = 5, Batch = 3, Loss = loss };
            yield return Product(Model.Polynet, 7, 3, 33) with { Loss = loss };
        }

        // Of adamw kernels see adam.
        foreach (var optimizer in Enum.GetValues<Optimizer>().Where(optimizer => optimizer != Optimizer.Adamw))
        {
            yield return mlp with { Optimizer = optimizer, Loss = Loss.Logistic, WeightDecay = 0.01, LearningRate = 0.05 };
            yield return Deep(9, 3, 18, 150, 4) with { Optimizer = optimizer, LearningRate = 0.01 };
            yield return Product(Model.DisjointPolynet, 12, 3, 24) with { Optimizer = optimizer, WeightDecay = 0.001 };
        }

        foreach (var init in Enum.GetValues<Init>())
        {
            yield return Normal(Mlp(11, 2, 16, 24) with { Init = init, InitSigma = 0.3, Sparsity = 5, Loss = Loss.Square, LearningRate = 0.02 });
            yield return Normal(Deep(6, 2, 5, 7, 3) with { Init = init, InitSigma = 0.3, Sparsity = 2, LearningRate = 0.01 });
        }

        yield return mlp with { Loss = Loss.Logistic, Logits = 2, Optimizer = Optimizer.Adamw, WeightDecay = 0.1, Epsilon = 1e-5, LearningRate = 0.01 };
        yield return Deep(6, 2, 18, 7, 3) with { Loss = Loss.Logistic, Logits = 2, Init = Init.KaimingNormal, Schedule = Read("0=0.1:0.2:0.3") };
        yield return Product(Model.DisjointPolynet, 12, 4, 16) with { Init = Init.Rademacher, InitSigma = 0.1, LearningRate = 0.01 };
        foreach (int batch in new[] { 1, 3, 32, 100, 150, 300 })
        {
            yield return Mlp(30, 3, 40, batch) with { Noise = 0.2 };
            yield return Mlp(1, 1, 1, batch) with { Loss = Loss.Logistic };
            yield return Mlp(13, 3, 35, batch) with { Samples = 301, Noise = 0.1, Subset = SubsetChoice.Random };
        }

        yield return Mlp(67, 3, 50, 40) with { Loss = Loss.Logistic };
        yield return Mlp(9, 3, 12, 5) with { Samples = 7, Noise = 0.5 };
        yield return Mlp(32, 3, 12, 1) with { Samples = 1 };
        yield return Mlp(31, 3, 12, 64) with { Samples = 64, Loss = Loss.Square, LearningRate = 0.02 };
        yield return Mlp(33, 3, 17, 40) with { InputBias = 0.01, Mixture = 0.6, Noise = 0.1, Loss = Loss.Square, LearningRate = 0.02 };
        yield return Mlp(9, 3, 20, 7) with { InputBias = 0.25, Mixture = 0.9, Samples = 50, Loss = Loss.Logistic };
        yield return Product(Model.Polynet, 7, 3, 32) with { InputBias = 1, Mixture = 1e-3 };
        yield return Product(Model.DisjointPolynet, 12, 3, 21) with { InputBias = 0.2, BiasedSteps = 2 };
        yield return Mlp(9, 3, 20, 7) with { InputSchedule = InputSchedule.TryParse("0=0.01,1=0.2,2=0.3:0.5,3=0:0.1,4=0.25")! };
        yield return Product(Model.Polynet, 7, 3, 33) with { InputSchedule = InputSchedule.TryParse("0=0.5,2=1:0.3")! };
        yield return mlp with { Noise = 0.3, Samples = 50, Optimizer = Optimizer.Adam, LearningRate = 0.01 };
        yield return mlp with { Train = TrainedLayers.Output, Optimizer = Optimizer.Momentum };
        yield return mlp with { Schedule = Read("0=50:0@1,1=0:1@0") };
        yield return mlp with { Schedule = Read("0=1:0.5,2=0.1@0.01,4=2"), Optimizer = Optimizer.SignSgd, LearningRate = 0.01 };
        yield return mlp with { Biases = InitialBiases.Zero, Activation = Activation.Sin };
        yield return mlp with { InitSeed = 99, Init = Init.Sparse, Sparsity = 2 };
        yield return Deep(8, 3, 16, 32, 2) with { InitSeed = 4 };
        yield return Deep(8, 3, 16, 32, 4) with { Biases = InitialBiases.Zero, LearningRate = 0.01 };
        yield return Deep(8, 3, 33, 40, 8) with { Loss = Loss.Logistic, LearningRate = 1e-6, Schedule = Read("0=1:2:3:4:5:6:7:8,3=8:7:6:5:4:3:2:1") };
        yield return Deep(8, 3, 33, 40, 8) with { LearningRate = 1 };
        yield return Deep(8, 2, 20, 10, 4) with { Train = TrainedLayers.Layerwise, MaxSteps = 7, LearningRate = 0.01 };
        yield return Deep(8, 2, 20, 10, 4) with { Train = TrainedLayers.Layerwise, MaxSteps = 9, Optimizer = Optimizer.Adam, LearningRate = 0.01 };
        yield return Deep(8, 2, 20, 10, 3) with { Train = TrainedLayers.Output };
        yield return Deep(8, 2, 3, 20, 2) with { Model = Model.DeepMlp, Activation = Activation.Sin };
        yield return Deep(8, 2, 20, 10, 4) with { Model = Model.DeepMlp, Train = TrainedLayers.Layerwise, MaxSteps = 7, Optimizer = Optimizer.Adam };
        foreach (int batch in new[] { 1, 3, 32, 150 })
        {
            yield return Mlp(30, 3, 40, batch) with { Encoding = InputEncoding.ZeroOne };
            yield return Product(Model.Polynet, 7, 3, batch) with { Encoding = InputEncoding.ZeroOne };
        }

        yield return Product(Model.DisjointPolynet, 12, 3, 33) with { Encoding = InputEncoding.ZeroOne, Optimizer = Optimizer.Adam };
        yield return Deep(9, 3, 18, 40, 3) with { Encoding = InputEncoding.ZeroOne, Loss = Loss.Square, LearningRate = 0.01, Samples = 99 };
        // One control bit a sample, from an input on that begins a group of four or not; several; samples drawn, equal, finite, biased, noisy.
        foreach (int batch in new[] { 1, 3, 32, 150 })
        {
            yield return Tasks(Mlp(8, 2, 20, batch), "6") with { Zipf = 0.1, TaskSeed = 5 };
            yield return Tasks(Mlp(9, 3, 33, batch), "11") with { Encoding = InputEncoding.Pm1, LearningRate = 0.05 };
        }

        yield return Tasks(Mlp(6, 2, 40, 35), "5") with { TaskBatch = TaskBatch.Equal, Optimizer = Optimizer.Adam, LearningRate = 0.01 };
        yield return Tasks(Mlp(10, 2, 20, 40), "c1:x1x2+3c2:x3-x5+0.5c1c2:x1-x5") with { SingleSteps = 2 };
        yield return Tasks(Mlp(31, 3, 17, 64), "3") with { Samples = 90, Noise = 0.1, InputBias = 0.2, Mixture = 0.7 };
        yield return Tasks(Deep(7, 2, 18, 33, 3) with { Model = Model.DeepMlp, LearningRate = 0.05 }, "40") with { Zipf = -1, K = 1, N = 40 };
        yield return Product(Model.Polynet, 5, 1, 8);
        yield return Product(Model.Polynet, 20, 18, 12) with { Subset = SubsetChoice.Random, Init = Init.Sparse, Sparsity = 4 };
        yield return Product(Model.DisjointPolynet, 34, 17, 33) with { Subset = SubsetChoice.Random, Loss = Loss.Correlation };
        yield return Product(Model.DisjointPolynet, 12, 4, 16) with { Samples = 40, Noise = 0.1, Optimizer = Optimizer.Momentum };
        foreach (int batch in new[] { 1, 3, 32, 150 })
        {
            yield return Polynomial(Mlp(9, 3, 20, batch) with { LearningRate = 0.02 }, "x1+x1x2+x1x2x3");
            yield return Polynomial(Tasks(Mlp(9, 3, 20, batch) with { LearningRate = 0.01 }, "6"), "5x1x2x3");
        }

        yield return Polynomial(Tasks(Mlp(9, 3, 20, 40) with { LearningRate = 0.02 }, "c1:x1-x3+3c2:x3-x5+0.5c1c2:x1x4x9"), "2-0.3x1+x1x3+0.7x1x2x3");
        yield return Polynomial(Tasks(Deep(9, 3, 20, 40, 3) with { Model = Model.DeepMlp, LearningRate = 0.01 }, "5") with { Samples = 77 }, "x1+x1x2");
        yield return Polynomial(Mlp(6, 3, 3, 40) with { Subset = SubsetChoice.Random }, "0.3x4-1.7*x1x3+x2x4+2");
        yield return Polynomial(Mlp(33, 3, 17, 64) with { Samples = 70, Subset = SubsetChoice.Random, LearningRate = 0.02 }, "x1x2x3x33");
        yield return Polynomial(Deep(8, 2, 10, 33, 3), "0.1x1+0.7x2+0.3x1x2");
        yield return Polynomial(Product(Model.Polynet, 7, 3, 32), "x1-x2+x3-x4+x1x2-x2x3+x3x4-0.01x1x4");
        yield return Polynomial(Product(Model.DisjointPolynet, 12, 3, 24) with { Optimizer = Optimizer.Adam, LearningRate = 0.01 }, "x1x2+x2x3x4");
        foreach (Point point in Narrow())
            yield return point;
    }

    /// <summary>Networks of few columns: several passes of samples, most inputs that their GPU kernel takes and one more, all optimizers.</summary>
    private static IEnumerable<Point> Narrow()
    {
        foreach (int batch in new[] { 1, 150 })
            yield return Mlp(21, 3, 4, batch) with { Activation = Activation.Sin, Noise = 0.2, Loss = Loss.Logistic };

        foreach (int batch in new[] { 33, 300 })
            yield return Product(Model.Polynet, 50, 4, batch) with { Subset = SubsetChoice.Random, LearningRate = 0.02 };

        foreach (int n in new[] { 29, 30, 124, 125 })
            yield return Mlp(n, 3, 2, 70) with { Loss = Loss.Square, Optimizer = Optimizer.Momentum, LearningRate = 0.01 };

        yield return Mlp(10, 3, 3, 130) with { Optimizer = Optimizer.Adam, Init = Init.Sparse, Sparsity = 2, Biases = InitialBiases.Zero, LearningRate = 0.01 };
        yield return Mlp(124, 3, 1, 300) with { Activation = Activation.Sin, Noise = 0.2, Optimizer = Optimizer.Adam, LearningRate = 0.01 };
        yield return Mlp(18, 2, 1, 64) with { Optimizer = Optimizer.SignSgd, Activation = Activation.Polynomial, Output = OutputLayer.Fixed };
        yield return Mlp(18, 2, 3, 64) with { Train = TrainedLayers.Output, Loss = Loss.Logistic, Activation = Activation.Zigzag };
        yield return Mlp(12, 3, 4, 150) with { Samples = 77, Loss = Loss.Logistic };
    }

    /// <summary>Points of so much work that workers make a team: every kind of pass over samples and columns.</summary>
    public static IEnumerable<Point> Wide()
    {
        Point mlp = Normal(Mlp(9, 3, 700, 513) with { Loss = Loss.Logistic, LearningRate = 0.02, TestSamples = 700 });
        yield return mlp;
        yield return mlp with { Batch = 600, Optimizer = Optimizer.Adam, WeightDecay = 0.01, Activation = Activation.Sin };
        yield return mlp with { N = 30, Width = 2007, Batch = 35, Samples = 99, Noise = 0.1, Optimizer = Optimizer.Momentum };
        yield return mlp with { N = 7, Width = 40_000, Batch = 3, Activation = Activation.Power, Loss = Loss.Square, LearningRate = 1e-6 };
        yield return mlp with { Train = TrainedLayers.Output, Output = OutputLayer.Trained, Noise = 0.2 };
        yield return mlp with { Loss = Loss.Square, LearningRate = 1e30 };
        yield return Tasks(mlp with { Width = 100, Optimizer = Optimizer.Adam }, "60");
        yield return Tasks(mlp with { Width = 200, Batch = 1100 }, "c1:x1x2+c2:x2x3+c1c2:x1x4") with { Encoding = InputEncoding.Pm1 };
        yield return Polynomial(mlp with { Width = 201, InputBias = 0.2, Mixture = 0.5 }, "x1+x1x2");
        yield return Product(Model.Polynet, 70, 18, 515) with { LearningRate = 0.001 };
        yield return Product(Model.DisjointPolynet, 72, 18, 515) with { LearningRate = 0.001, Optimizer = Optimizer.SignSgd };
        yield return Deep(8, 3, 50, 260, 4) with { LearningRate = 0.01 };
        yield return Deep(8, 3, 50, 260, 4) with { Train = TrainedLayers.Layerwise, MaxSteps = 9, Optimizer = Optimizer.Adam };
        yield return Deep(8, 3, 65, 33, 5) with { Model = Model.DeepMlp, Loss = Loss.Square, LearningRate = 0.001 };
    }

    /// <summary>Points to train to their end: solved, budget, diverged, with and without errors allowed.</summary>
    public static IEnumerable<Point> Trainings()
    {
        Point mlp = Mlp(5, 2, 20, 24) with { MaxSteps = 400, TestSamples = 200, Loss = Loss.Logistic, LearningRate = 1 };
        yield return mlp;
        yield return mlp with { Batch = 3, Optimizer = Optimizer.Adam, LearningRate = 0.02, TargetAccuracy = 0.9 };
        yield return mlp with { K = 5, MaxSteps = 9 };
        yield return mlp with { Train = TrainedLayers.Output, MaxSteps = 9 };
        yield return mlp with { Loss = Loss.Square, LearningRate = 1e30 };
        yield return mlp with { Noise = 0.1, TargetAccuracy = 0.95, Loss = Loss.Hinge, LearningRate = 0.3 };
        yield return mlp with { Samples = 30, Batch = 10, Loss = Loss.Hinge, LearningRate = 0.2 };
        yield return mlp with { Batch = 40, TargetAccuracy = 0.999, Loss = Loss.Hinge, LearningRate = 0.3 };
        yield return mlp with { InputBias = 0.1, Mixture = 0.5, Batch = 10, LearningRate = 0.3 };
        yield return mlp with { Check = CheckTimes.TryParse("13")!, TargetAccuracy = 0.9, LearningRate = 0.3 };
        yield return mlp with { Check = CheckTimes.Epoch, Samples = 100, LearningRate = 0.3 };
        yield return mlp with { Encoding = InputEncoding.ZeroOne, LearningRate = 0.5 };
        yield return mlp with { Encoding = InputEncoding.ZeroOne, Loss = Loss.Square, LearningRate = 1e30 };
        yield return mlp with { Check = CheckTimes.Never, MaxSteps = 150, LearningRate = 0.3 };
        yield return Tasks(mlp with { LearningRate = 0.02, Optimizer = Optimizer.Adam }, "3");
        yield return Tasks(mlp with { Optimizer = Optimizer.SignSgd, LearningRate = 1e30 }, "3");
        yield return Product(Model.DisjointPolynet, 6, 2, 32) with { MaxSteps = 200, TestSamples = 100 };
        yield return Product(Model.Polynet, 4, 2, 1) with { MaxSteps = 300, TestSamples = 33, LearningRate = 0.02 };
        yield return Product(Model.Polynet, 10, 3, 150) with { MaxSteps = 200, TestSamples = 300, TargetAccuracy = 0.9, LearningRate = 0.05 };
        yield return mlp with { Width = 3, Batch = 40, Optimizer = Optimizer.Adam, LearningRate = 0.05, MaxSteps = 200 };
        Point staircase = Polynomial(mlp with { LearningRate = 0.02, Init = Init.Torch }, "x1+0.5x1x2");
        yield return staircase with { TargetLoss = 0.3 };
        yield return staircase with { TargetLoss = 0.3, Batch = 5, Optimizer = Optimizer.Adam };
        yield return Polynomial(Tasks(staircase with { LearningRate = 0.05 }, "2"), "x1+0.5x2") with { TargetLoss = 0.4, Init = Init.XavierUniform };
        yield return staircase with { MaxSteps = 7 };
        yield return staircase with { TargetLoss = 0.3, Check = CheckTimes.TryParse("10")! };
        yield return staircase with { LearningRate = 1e20, TestSamples = 33 };
        yield return Deep(5, 2, 10, 32, 3) with
        {
            Train = TrainedLayers.Layerwise,
            MaxSteps = 60,
            TestSamples = 64,
            LearningRate = 0.01,
            Optimizer = Optimizer.Adam,
        };
    }

    private static Point Mlp(int n, int k, int width, int batch) =>
        Normal(new Point(n, k, width, batch, 0.1) { MaxSteps = 1000, TestSamples = 64 });

    private static Point Product(Model model, int n, int k, int batch) =>
        Normal(Mlp(n, k, k, batch) with { Model = model, Loss = Loss.Square });

    private static Point Deep(int n, int k, int width, int batch, int depth) =>
        Normal(Mlp(n, k, width, batch) with { Model = Model.Deep, Depth = depth });

    private static Point Polynomial(Point point, string target) => Normal(point with { Target = Target.TryParse(target)!, Loss = Loss.Square });

    private static Point Tasks(Point point, string tasks) => Normal(point with
    {
        Tasks = TaskList.TryParse(tasks)!,
        Loss = Loss.Logistic,
        Logits = 2,
        Encoding = InputEncoding.ZeroOne,
        Init = Init.Torch,
        TaskSamples = 40,
    });

    private static Point Normal(Point point) => point.Normalised();

    private static Schedule Read(string text) => Schedule.TryParse(text)!;
}
