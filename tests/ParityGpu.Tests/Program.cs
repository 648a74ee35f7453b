using ParityGpu.Tests.OpenCL;

// What tests run as a process of their own; a test runner does not start here.
return args switch
{
    [OpenCLSources.Command, var folder] => OpenCLSources.Write(folder),
    [OclgrindRun.Command, var name] => OclgrindRun.Run(name),
    _ => throw new ArgumentException($"{string.Join(' ', args)}: not a command of the tests", nameof(args)),
};
