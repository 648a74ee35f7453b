using ParityGpu.Cli;

return ParityProgram.Run(args, Console.Out, Console.Error);
