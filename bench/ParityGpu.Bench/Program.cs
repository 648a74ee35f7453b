using System.Globalization;
using BenchmarkDotNet.Running;
using ParityGpu.Bench;

if (args is ["overhead"])
{
    SchedulerOverhead.Run(Console.Out);
    return 0;
}

if (args is ["gpu-work"] or ["gpu-work", _])
{
    GpuWork.Run(Console.Out, args is [_, var part] ? part : "");
    return 0;
}

if (args is ["ptx", var folder])
{
    GpuWork.WritePtx(folder);
    return 0;
}

if (args is ["recorded-runs", var sweeps])
{
    RecordedRuns.Run(Console.Out, int.Parse(sweeps, CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["random-specs", ..])
    return RandomSpecsCommand.Create().Parse(args[1..]).Invoke();

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
