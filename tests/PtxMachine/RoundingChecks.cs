namespace ParityGpu.PtxMachine;

/// <summary>Instructions that read like exact arithmetic and are not.</summary>
public static class RoundingChecks
{
    /// <summary>Sums and differences that NVIDIA's assembler may fuse with a product, with that product.</summary>
    public static IReadOnlyList<(Instruction Product, Instruction Sum)> ContractiblePairs(PtxKernel kernel) =>
        [.. Contraction.Find(kernel).Select(pair => (pair.Product, pair.Sum))];

    /// <summary>Comparisons of floats for order or equality that hold where one is not a number.</summary>
    public static IReadOnlyList<Instruction> UnorderedComparisons(PtxKernel kernel) =>
        [.. kernel.Instructions.Where(instruction => instruction.Name.Split('.') is ["setp", "ltu" or "leu" or "gtu" or "geu" or "equ", ..])];
}
