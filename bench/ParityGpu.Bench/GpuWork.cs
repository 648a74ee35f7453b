using System.Globalization;
using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using ParityGpu.PtxMachine;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Bench;

/// <summary>
/// What a GPU has to do for a step of one network, counted by running the kernels' PTX (tests/PtxMachine): exact, and the same on
/// any machine. Steady state: a launch of more steps less one of fewer, so that the start of a run is in neither.
/// </summary>
internal static class GpuWork
{
    private const int FewSteps = 2;
    private const int MoreSteps = 6;

    /// <summary>So small that no run ends, and none diverges, while it is counted.</summary>
    private const double LearningRate = 1e-4;

    private static readonly (string Name, Point Point)[] Shapes =
    [
        ("50,3,100,32", Network(50, 100, 32)),
        ("50,3,1000,32", Network(50, 1000, 32)),
        ("30,3,10,32", Network(30, 10, 32)),
        ("30,3,100,1", Network(30, 100, 1)),
        ("40,3,100,128", Network(40, 100, 128)),
        ("50,3,100,32 logistic", Network(50, 100, 32) with { Loss = Loss.Logistic }),
        ("50,3,100,32 logistic adam", Network(50, 100, 32) with { Loss = Loss.Logistic, Optimizer = Optimizer.Adam }),
        ("40,3,3,128 polynet", Network(40, 3, 128) with { Model = Model.Polynet }),
        ("40,3,1,128 sin", Network(40, 1, 128) with { Activation = Activation.Sin }),
        ("100,3,128,64 500 tasks", Network(100, 128, 64) with
        {
            Loss = Loss.Logistic,
            Optimizer = Optimizer.Adam,
            Encoding = InputEncoding.ZeroOne,
            Tasks = TaskList.TryParse("500")!,
        }),
        ("50,3,100,32 transformer", Network(50, 100, 32) with { Model = Model.Transformer }),
    ];

    /// <summary>Prints a table of all shapes and one of all kernels.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="part">What the names of shapes begin with.</param>
    public static void Run(TextWriter output, string part)
    {
        output.WriteLine("a step of one network, sm_90    path       warp instructions      moves  32-byte sectors  shared wavefronts  bank conflicts  threads  groups");
        foreach (var (name, point) in Shapes.Where(shape => shape.Name.StartsWith(part, StringComparison.Ordinal)))
            output.WriteLine(Row(name, point.Normalised()));

        output.WriteLine();
        output.WriteLine("kernel                             instructions  live 32-bit registers  shared bytes");
        foreach (string name in GpuKernels.Names)
        {
            PtxKernel kernel = GpuKernels.Decode(name);
            output.WriteLine($"{GpuKernels.FullName(name),-33}{kernel.Instructions.Count,14}{Liveness.Count(kernel).Max(),23}{kernel.SharedBytes,14}");
        }
    }

    /// <summary>
    /// Writes, for every shape, the training kernel's PTX as CUDA's driver is given it, bounds of its launches included, and how often a step executes
    /// each line: NAME.ptx, and NAME.tsv with line, executions and instruction.
    /// </summary>
    /// <param name="folder">Where to; it is made if it is not there.</param>
    public static void WritePtx(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, network) in Shapes)
        {
            Point point = network.Normalised();
            BankShape shape = BankShape.Of(point);
            string ptx = PtxCompiler.Compile(SimtKernels.Training(shape, 1, H100.Limits));
            long[] more = Executions(point, shape.Path, MoreSteps);
            long[] fewer = Executions(point, shape.Path, FewSteps);
            string file = Path.Combine(folder, name.Replace(' ', '-'));
            File.WriteAllText(file + ".ptx", ptx);
            File.WriteAllLines(file + ".tsv", PtxKernel.Parse(ptx).Instructions.Select(instruction => string.Create(
                CultureInfo.InvariantCulture,
                $"{instruction.Line}\t{(double)(more[instruction.Index] - fewer[instruction.Index]) / (MoreSteps - FewSteps)}\t{instruction.Text.Trim()}")));
        }
    }

    private static long[] Executions(Point point, KernelPath path, int steps)
    {
        MachineBank bank = Launched(point, path, steps);
        return bank.Machine.CountsOf(bank.Kernel).Executions;
    }

    private static MachineBank Launched(Point point, KernelPath path, int steps)
    {
        var bank = new MachineBank(point, path, [1], contracted: false, countsAccesses: true);
        bank.Launch(steps);
        return bank;
    }

    private static string Row(string name, Point point)
    {
        BankShape shape = BankShape.Of(point);
        Work work = Of(point, shape.Path, MoreSteps) - Of(point, shape.Path, FewSteps);
        const int Steps = MoreSteps - FewSteps;
        SimtLaunch launch = SimtKernels.Training(shape, 1, H100.Limits);
        PtxKernel kernel = GpuKernels.Decode(launch.Body, contracted: false);
        int groups = H100.Groups(launch, kernel.SharedBytes);
        string path = shape.Path == KernelPath.Counts ? "counting" : "general";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-32}{path,-9}{work.Instructions / Steps,19:N0}{work.Moves / Steps,11:N0}{work.Sectors / Steps,17:N0}{work.Wavefronts / Steps,19:N0}{work.Conflicts / Steps,16:N0}{launch.Threads,9}{groups,8}");
    }

    private static Work Of(Point point, KernelPath path, int steps)
    {
        MachineBank bank = Launched(point, path, steps);
        WorkCounts counts = bank.Machine.CountsOf(bank.Kernel);
        long moves = bank.Kernel.Instructions.Where(IsMove).Sum(move => counts.Executions[move.Index]);
        return new Work(counts.Executions.Sum(), moves, counts.Sectors.Sum(), counts.Wavefronts.Sum(), counts.Conflicts.Sum());
    }

    private static bool IsMove(Instruction instruction) => instruction.Name.StartsWith("mov", StringComparison.Ordinal);

    private static Point Network(int n, int width, int batch) =>
        new(n, 3, width, batch, LearningRate) { MaxSteps = 1_000_000, TestSamples = 64 };

    private readonly record struct Work(long Instructions, long Moves, long Sectors, long Wavefronts, long Conflicts)
    {
        public static Work operator -(Work more, Work fewer) => new(
            more.Instructions - fewer.Instructions,
            more.Moves - fewer.Moves,
            more.Sectors - fewer.Sectors,
            more.Wavefronts - fewer.Wavefronts,
            more.Conflicts - fewer.Conflicts);
    }
}
