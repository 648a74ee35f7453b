namespace ParityGpu.PtxMachine;

/// <summary>
/// Which registers may hold different values in the threads of a group: those computed from %tid or from others of the kind, and those
/// that threads set on different ways to the same place. Registers are used for one value after another, so they are followed along the
/// branches.
/// </summary>
public sealed class ThreadDependence
{
    private readonly PtxKernel kernel;

    /// <summary>[instruction]: registers that depend on the thread before it; null where no way leads.</summary>
    private readonly HashSet<Register>?[] before;

    private readonly Queue<int> changed = [];

    private ThreadDependence(PtxKernel kernel)
    {
        this.kernel = kernel;
        before = new HashSet<Register>?[kernel.Instructions.Count + 1];
    }

    /// <summary>Jumps that the program calls uniform though threads of a warp may jump differently.</summary>
    public static IReadOnlyList<Instruction> UniformJumpsThatMayDiverge(PtxKernel kernel)
    {
        var dependence = new ThreadDependence(kernel);
        dependence.Follow();
        return [.. kernel.Instructions.Where(instruction => instruction.IsUniform && dependence.Divides(instruction))];
    }

    /// <summary>Barriers between a jump that may split a group and the place where its threads meet again.</summary>
    public static IReadOnlyList<Instruction> BarriersThatThreadsMayMiss(PtxKernel kernel)
    {
        var dependence = new ThreadDependence(kernel);
        dependence.Follow();
        return [.. kernel.Instructions
            .Where(dependence.Divides)
            .SelectMany(jump => dependence.Between(jump))
            .Where(instruction => instruction.Flow == Flow.Barrier)
            .Distinct()];
    }

    private void Follow()
    {
        var instructions = kernel.Instructions;
        Reach(0, [.. kernel.Registers.Specials.Where(special => special.Key == SpecialRegisters.Thread).Select(special => special.Value)]);
        while (changed.TryDequeue(out int at))
        {
            if (at == instructions.Count)
                continue;

            var instruction = instructions[at];
            var after = new HashSet<Register>(before[at]!);
            bool depends = instruction.Reads.Any(after.Contains);
            foreach (var result in instruction.Results)
            {
                if (depends)
                    after.Add(result);
                else if (instruction.Guard is null)
                    after.Remove(result);
            }

            foreach (int next in ControlFlow.Successors(instructions, at))
                Reach(next, after);

            if (Divides(instruction))
                Reach(instruction.Reconvergence, [.. Between(instruction).SelectMany(passed => passed.Results)]);
        }
    }

    private void Reach(int at, HashSet<Register> registers)
    {
        int known = before[at]?.Count ?? -1;
        before[at] ??= [];
        before[at]!.UnionWith(registers);
        if (before[at]!.Count > known)
            changed.Enqueue(at);
    }

    /// <summary>Whether threads that come to a jump may leave it on different ways.</summary>
    private bool Divides(Instruction jump) =>
        jump.Targets.Length > 0 && before[jump.Index] is { } registers
        && (jump.Guard is { } guard ? registers.Contains(guard) : jump.Sources.Any(registers.Contains));

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
