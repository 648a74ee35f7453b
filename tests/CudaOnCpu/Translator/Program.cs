using CudaOnCpu.Translator;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: PtxToC in.ptx out.c");
    return 2;
}

try
{
    File.WriteAllText(args[1], PtxFile.Translate(File.ReadAllText(args[0])));
    return 0;
}
catch (UnknownPtxException e)
{
    Console.Error.WriteLine($"ptxas error: {e.Message}");
    return 1;
}
