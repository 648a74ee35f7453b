namespace ParityGpu.PtxMachine;

/// <summary>One kernel, decoded.</summary>
public sealed class PtxKernel
{
    internal PtxKernel(string name, Instruction[] instructions, RegisterNames registers, int parameterBytes, int sharedBytes)
    {
        Name = name;
        Instructions = instructions;
        Registers = registers;
        ParameterBytes = parameterBytes;
        SharedBytes = sharedBytes;
    }

    public string Name { get; }

    public IReadOnlyList<Instruction> Instructions { get; }

    /// <summary>Bytes of the arguments of a launch, padding included.</summary>
    public int ParameterBytes { get; }

    /// <summary>Shared memory of a group.</summary>
    public int SharedBytes { get; }

    internal RegisterNames Registers { get; }

    /// <summary>Decodes the kernel of a PTX text.</summary>
    /// <param name="ptx">The text.</param>
    /// <param name="contracted">Whether products and sums become one fma where an assembler may make them one.</param>
    /// <exception cref="PtxException">The machine does not know an instruction.</exception>
    public static PtxKernel Parse(string ptx, bool contracted = false)
    {
        var kernel = new PtxParser(ptx).Read();
        ControlFlow.FindReconvergence((Instruction[])kernel.Instructions);
        if (contracted)
            Contraction.Contract(kernel);

        return kernel;
    }
}
