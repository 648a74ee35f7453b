using BenchmarkDotNet.Running;
using ParityGpu.Bench;

if (args is ["overhead"])
    SchedulerOverhead.Run(Console.Out);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
