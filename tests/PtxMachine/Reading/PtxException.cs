namespace ParityGpu.PtxMachine;

/// <summary>What a GPU would leave undefined or refuse, with the line of PTX that asks for it.</summary>
public sealed class PtxException(int line, string text, string message)
    : Exception($"{message}, line {line} of the PTX: {text}")
{
    /// <summary>Line of the PTX text, from 1.</summary>
    public int Line { get; } = line;
}
