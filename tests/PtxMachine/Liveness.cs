namespace ParityGpu.PtxMachine;

/// <summary>
/// How many 32-bit registers hold values that are needed later: what an assembler needs at least if it keeps the order of the
/// instructions. Predicates, constants and special registers do not count; a 64-bit value counts twice.
/// </summary>
public static class Liveness
{
    /// <summary>Live 32-bit registers before each instruction.</summary>
    public static int[] Count(PtxKernel kernel)
    {
        var instructions = kernel.Instructions;
        var sets = new RegisterSets(kernel);
        int[][] successors = [.. instructions.Select(instruction => ControlFlow.Successors(instructions, instruction.Index).Where(next => next < instructions.Count).ToArray())];
        ulong[][] live = [.. instructions.Select(_ => sets.Empty())];
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int at = instructions.Count - 1; at >= 0; at--)
            {
                ulong[] needed = sets.Empty();
                foreach (int next in successors[at])
                    RegisterSets.AddAll(needed, live[next]);

                foreach (var result in instructions[at].Results)
                    sets.Remove(needed, result);

                foreach (var register in instructions[at].Reads.Concat(Kept(instructions[at])))
                    sets.Add(needed, register);

                changed |= RegisterSets.AddAll(live[at], needed);
            }
        }

        var words = kernel.Registers.Named.Where(register => register.Bank == Bank.Word).ToArray();
        var wides = kernel.Registers.Named.Where(register => register.Bank == Bank.Wide).ToArray();
        return [.. live.Select(set => words.Count(register => sets.Has(set, register)) + (2 * wides.Count(register => sets.Has(set, register))))];
    }

    /// <summary>Results whose old values some lanes keep.</summary>
    private static Register[] Kept(Instruction instruction) => instruction.Guard is null ? [] : instruction.Results;
}
