using ParityGpu.Kernels;
using ParityGpu.KernelsOnMachine;
using ParityGpu.PtxMachine;
using ParityGpu.Runs;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Ptx;

/// <summary>What a step costs a GPU, as the machine counts it: ceilings a little above today's counts.</summary>
public sealed class GpuWorkTests
{
    private const int FewSteps = 2;
    private const int MoreSteps = 4;

    /// <summary>Name, network; warp instructions and 32-byte sectors of a step, start of the run excluded.</summary>
    public static TheoryData<string, int, int> Ceilings => new()
    {
        { "counting", 13_000, 10 },
        { "counting, wide", 106_500, 10 },
        { "counting, narrow", 2_000, 10 },
        { "counting, one sample", 2_560, 10 },
        { "counting, large batch", 39_000, 20 },
        { "logistic", 27_100, 10_800 },
        { "adam", 35_400, 13_800 },
        { "polynet", 4_400, 200 },
        { "sine", 4_500, 200 },
        { "transformer", 88_000, 40_000 },
        { "tasks", 257_500, 126_000 },
    };

    [Theory]
    [MemberData(nameof(Ceilings))]
    public void A_step_takes_no_more_than_it_did(string network, int instructions, int sectors)
    {
        var (more, moreSectors) = Work(Network(network), MoreSteps);
        var (fewer, fewerSectors) = Work(Network(network), FewSteps);
        const int Steps = MoreSteps - FewSteps;

        Assert.InRange((more - fewer) / Steps, 0, instructions);
        Assert.InRange((moreSectors - fewerSectors) / Steps, 0, sectors);
    }

    private static (long Instructions, long Sectors) Work(Point point, int steps)
    {
        var bank = new MachineBank(point, BankShape.Of(point).Path, [1], contracted: false, countsAccesses: true);
        bank.Launch(steps);
        WorkCounts counts = bank.Machine.CountsOf(bank.Kernel);
        return (counts.Executions.Sum(), counts.Sectors.Sum());
    }

    private static Point Network(string name)
    {
        Point relu = Small(50, 100, 32);
        Point logistic = relu with { Loss = Loss.Logistic };
        return (name switch
        {
            "counting" => relu,
            "counting, wide" => Small(50, 1000, 32),
            "counting, narrow" => Small(30, 10, 32),
            "counting, one sample" => Small(30, 100, 1),
            "counting, large batch" => Small(40, 100, 128),
            "logistic" => logistic,
            "adam" => logistic with { Optimizer = Optimizer.Adam },
            "polynet" => Small(40, 3, 128) with { Model = Model.Polynet },
            "tasks" => Small(100, 128, 64) with
            {
                Loss = Loss.Logistic,
                Optimizer = Optimizer.Adam,
                Encoding = InputEncoding.ZeroOne,
                Tasks = TaskList.TryParse("500")!,
            },
            "transformer" => relu with { Model = Model.Transformer },
            _ => Small(40, 1, 128) with { Activation = Activation.Sin },
        }).Normalised();
    }

    private static Point Small(int n, int width, int batch) => new(n, 3, width, batch, 1e-4) { MaxSteps = 1_000_000, TestSamples = 64 };
}
