using System.Collections;

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
        Register[] registers = [.. kernel.Registers.Named.Where(register => register.Bank != Bank.Predicate)];
        var numbers = registers.Select((register, number) => (register, number)).ToDictionary(pair => pair.register, pair => pair.number);
        int[][] reads = [.. instructions.Select(instruction => Numbers(instruction.Reads.Concat(Kept(instruction))))];
        int[][] writes = [.. instructions.Select(instruction => Numbers(instruction.Results))];
        var live = instructions.Select(_ => new BitArray(registers.Length)).ToArray();
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int at = instructions.Count - 1; at >= 0; at--)
            {
                var needed = new BitArray(registers.Length);
                foreach (int next in ControlFlow.Successors(instructions, at).Where(next => next < instructions.Count))
                    needed.Or(live[next]);

                foreach (int register in writes[at])
                    needed[register] = false;

                foreach (int register in reads[at])
                    needed[register] = true;

                if (!new BitArray(needed).Xor(live[at]).HasAnySet())
                    continue;

                live[at] = needed;
                changed = true;
            }
        }

        return [.. live.Select(set => Enumerable.Range(0, registers.Length).Sum(number => !set[number] ? 0 : registers[number].Bank == Bank.Wide ? 2 : 1))];

        int[] Numbers(IEnumerable<Register> some) => [.. some.Where(numbers.ContainsKey).Select(register => numbers[register])];
    }

    /// <summary>Results whose old values some lanes keep.</summary>
    private static Register[] Kept(Instruction instruction) => instruction.Guard is null ? [] : instruction.Results;
}
