namespace ParityGpu.PtxMachine;

/// <summary>
/// Which registers may hold different values in the threads of a group: those computed from %tid or from others of the kind, and those
/// that threads set on different ways to the same place. Registers are used for one value after another, so they are followed along the
/// branches.
/// </summary>
public sealed class ThreadDependence
{
    private readonly PtxKernel kernel;
    private readonly RegisterSets sets;

    /// <summary>[instruction]: registers that depend on the thread before it; null where no way leads.</summary>
    private readonly ulong[]?[] before;

    /// <summary>Instructions to look at again, the first in the text first.</summary>
    private readonly SortedSet<int> changed = [];

    /// <summary>[instruction]: whether it is a jump that is known to divide threads.</summary>
    private readonly bool[] divides;

    private ThreadDependence(PtxKernel kernel)
    {
        this.kernel = kernel;
        sets = new RegisterSets(kernel);
        before = new ulong[]?[kernel.Instructions.Count + 1];
        divides = new bool[kernel.Instructions.Count];
    }

    /// <summary>Jumps that the program calls uniform though threads of a warp may jump differently.</summary>
    public static IReadOnlyList<Instruction> UniformJumpsThatMayDiverge(PtxKernel kernel)
    {
        var dependence = new ThreadDependence(kernel);
        dependence.Follow();
        return [.. kernel.Instructions.Where(instruction => instruction.IsUniform && dependence.divides[instruction.Index])];
    }

    /// <summary>Barriers between a jump that may split a group and the place where its threads meet again.</summary>
    public static IReadOnlyList<Instruction> BarriersThatThreadsMayMiss(PtxKernel kernel)
    {
        var dependence = new ThreadDependence(kernel);
        dependence.Follow();
        return [.. kernel.Instructions
            .Where(instruction => dependence.divides[instruction.Index])
            .SelectMany(jump => dependence.Between(jump))
            .Where(instruction => instruction.Flow == Flow.Barrier)
            .Distinct()];
    }

    private void Follow()
    {
        var instructions = kernel.Instructions;
        Reach(0, sets.Of(kernel.Registers.Specials.Where(special => special.Key == SpecialRegisters.Thread).Select(special => special.Value)));
        while (changed.Count > 0)
        {
            int at = changed.Min;
            changed.Remove(at);
            if (at == instructions.Count)
                continue;

            var instruction = instructions[at];
            ulong[] after = [.. before[at]!];
            bool depends = instruction.Reads.Any(register => sets.Has(after, register));
            foreach (var result in instruction.Results)
            {
                if (depends)
                    sets.Add(after, result);
                else if (instruction.Guard is null)
                    sets.Remove(after, result);
            }

            foreach (int next in ControlFlow.Successors(instructions, at))
                Reach(next, after);

            if (instruction.Targets.Length > 0 && depends && !divides[at])
            {
                divides[at] = true;
                Reach(instruction.Reconvergence, sets.Of(Between(instruction).SelectMany(passed => passed.Results)));
            }
        }
    }

    private void Reach(int at, ulong[] registers)
    {
        bool isNew = before[at] is null;
        before[at] ??= new ulong[registers.Length];
        if (RegisterSets.AddAll(before[at]!, registers) || isNew)
            changed.Add(at);
    }

    /// <summary>Instructions between a jump and the place where all its ways meet.</summary>
    private IEnumerable<Instruction> Between(Instruction jump)
    {
        var seen = new HashSet<int>([jump.Reconvergence, kernel.Instructions.Count]);
        var open = new Stack<int>(ControlFlow.Successors(kernel.Instructions, jump.Index));
        while (open.TryPop(out int at))
        {
            if (!seen.Add(at))
                continue;

            yield return kernel.Instructions[at];
            foreach (int next in ControlFlow.Successors(kernel.Instructions, at))
                open.Push(next);
        }
    }
}
