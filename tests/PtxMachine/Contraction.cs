namespace ParityGpu.PtxMachine;

/// <summary>
/// What NVIDIA's assembler may do to multiplications and additions that do not say how they round (PTX manual, "add": without a rounding
/// modifier they may be contracted).
/// </summary>
internal static class Contraction
{
    /// <summary>
    /// Makes one fma of every sum or difference of floats whose term is a product in the same stretch of straight code.
    /// </summary>
    public static void Contract(PtxKernel kernel)
    {
        foreach (var (product, sum, term) in Find(kernel))
        {
            string type = sum.Name.Split('.')[^1];
            string fused = sum.Name[0] == 'a' ? "fma.rn." : term == 0 ? OperationTable.FusedSubtract : OperationTable.FusedNegatedAdd;
            sum.Execute = OperationTable.Find(fused + type)!.Execute;
            sum.Sources = [.. product.Sources, sum.Sources[1 - term]];
        }
    }

    /// <summary>Products and the sums that they can become one with; of a sum of two products, the first.</summary>
    public static IReadOnlyList<(Instruction Product, Instruction Sum, int Term)> Find(PtxKernel kernel)
    {
        var starts = kernel.Instructions.SelectMany(instruction => instruction.Targets).ToHashSet();
        var products = new Dictionary<Register, Instruction>();
        var pairs = new List<(Instruction, Instruction, int)>();
        for (int at = 0; at < kernel.Instructions.Count; at++)
        {
            var instruction = kernel.Instructions[at];
            if (starts.Contains(at))
                products.Clear();

            if (instruction.Name is "add.f32" or "sub.f32" or "add.f64" or "sub.f64" && instruction.Guard is null)
            {
                for (int term = 0; term < 2; term++)
                {
                    if (products.TryGetValue(instruction.Sources[term], out var product))
                    {
                        pairs.Add((product, instruction, term));
                        break;
                    }
                }
            }

            Instruction? copied = null;
            if (instruction.Name is "mov.f32" or "mov.f64" && instruction.Guard is null)
                copied = products.GetValueOrDefault(instruction.Sources[0]);

            foreach (var result in instruction.Results)
            {
                products.Remove(result);
                foreach (var stale in products.Where(pair => pair.Value.Sources.Contains(result)).Select(pair => pair.Key).ToArray())
                    products.Remove(stale);
            }

            if (instruction.Name is "mul.f32" or "mul.f64" && instruction.Guard is null && !instruction.Sources.Contains(instruction.Results[0]))
                products[instruction.Results[0]] = instruction;
            else if (copied is not null && !copied.Sources.Contains(instruction.Results[0]))
                products[instruction.Results[0]] = copied;
        }

        return pairs;
    }
}
