using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParityGpu.PtxMachine;

/// <summary>
/// 32 threads that execute one instruction at a time. Where they part, those that jump go first, and all meet again at the jump's
/// point of reconvergence.
/// </summary>
internal sealed class Warp
{
    public const int Size = 32;

    private const uint UnsetWord = 0xBADBAD00;
    private const ulong UnsetLong = 0xBADBADBADBADBAD0;

    private readonly uint[] words;
    private readonly ulong[] longs;
    private readonly uint[] predicates;

    /// <summary>Lanes that wait for others, the innermost last: where they go on, where they join the entry before, which they are.</summary>
    private readonly List<(int At, int End, uint Lanes)> waiting = [];

    public Warp(GroupState group, int index)
    {
        Group = group;
        FirstThread = index * Size;
        Live = uint.MaxValue >> Math.Max(0, Size - (group.Threads - FirstThread));
        var registers = group.Kernel.Registers;
        words = new uint[registers.Count(Bank.Word) * Size];
        longs = new ulong[registers.Count(Bank.Wide) * Size];
        predicates = new uint[registers.Count(Bank.Predicate)];
        Array.Fill(words, UnsetWord);
        Array.Fill(longs, UnsetLong);
        foreach (var (register, value) in registers.Constants)
            Broadcast(register, value);

        foreach (var (name, register) in registers.Specials)
        {
            for (int lane = 0; lane < Size; lane++)
                words[(register.Index * Size) + lane] = SpecialRegisters.Value(name, group, FirstThread + lane);
        }

        waiting.Add((0, group.Kernel.Instructions.Count, Live));
    }

    public GroupState Group { get; }

    /// <summary>Number in the group of the thread in lane 0.</summary>
    public int FirstThread { get; }

    /// <summary>Lanes that have not ended.</summary>
    public uint Live { get; private set; }

    /// <summary>The barrier that the warp waits at, once <see cref="Run"/> has returned with live lanes.</summary>
    public Instruction? Barrier { get; private set; }

    /// <summary>The 32 lanes of a register.</summary>
    public ref T Lanes<T>(Register register)
        where T : unmanaged =>
        ref Unsafe.SizeOf<T>() == sizeof(ulong)
            ? ref Unsafe.As<ulong, T>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(longs), register.Index * Size))
            : ref Unsafe.As<uint, T>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(words), register.Index * Size));

    /// <summary>A predicate, one bit a lane.</summary>
    public uint Predicate(Register register) => predicates[register.Index];

    /// <summary>Sets the active lanes of the predicate that an instruction writes.</summary>
    public void Set(Instruction instruction, uint value, uint active)
    {
        ref uint predicate = ref predicates[instruction.Results[0].Index];
        predicate = (predicate & ~active) | (value & active);
    }

    /// <summary>Value of a register in one lane.</summary>
    public ulong Read(Register register, int lane) =>
        register.Bank == Bank.Wide ? longs[(register.Index * Size) + lane] : words[(register.Index * Size) + lane];

    /// <summary>Sets a register in one lane.</summary>
    public void Write(Register register, int lane, ulong value)
    {
        if (register.Bank == Bank.Wide)
            longs[(register.Index * Size) + lane] = value;
        else
            words[(register.Index * Size) + lane] = (uint)value;
    }

    /// <summary>Executes up to and with the next barrier, or to the end.</summary>
    public void Run()
    {
        var code = Group.Kernel.Instructions;
        long[] executions = Group.Counts.Executions;
        Barrier = null;
        while (waiting.Count > 0)
        {
            var (at, end, lanes) = waiting[^1];
            waiting.RemoveAt(waiting.Count - 1);
            while (at != end && lanes != 0)
            {
                var instruction = code[at];
                uint active = lanes & Guarded(instruction);
                executions[at]++;
                switch (instruction.Flow)
                {
                    case Flow.Next:
                        if (active != 0)
                            instruction.Execute(this, instruction, active);

                        at++;
                        break;
                    case Flow.Branch:
                        (at, end, lanes) = Branch(instruction, at, end, lanes, active);
                        break;
                    case Flow.Table:
                        (at, end, lanes) = Jump(instruction, end, lanes);
                        break;
                    case Flow.Barrier:
                        if (active != Live)
                            throw instruction.Error($"divergent barrier: lanes {active:x8} of {Live:x8} are here");

                        waiting.Add((at + 1, end, lanes));
                        Barrier = instruction;
                        return;
                    default:
                        Live &= ~active;
                        lanes &= ~active;
                        at++;
                        for (int entry = 0; entry < waiting.Count; entry++)
                            waiting[entry] = waiting[entry] with { Lanes = waiting[entry].Lanes & Live };

                        break;
                }
            }
        }
    }

    /// <summary>Gives all lanes of a register one value.</summary>
    public void Broadcast(Register register, ulong value)
    {
        if (register.Bank == Bank.Predicate)
            predicates[register.Index] = value == 0 ? 0 : uint.MaxValue;
        else if (register.Bank == Bank.Wide)
            Array.Fill(longs, value, register.Index * Size, Size);
        else
            Array.Fill(words, (uint)value, register.Index * Size, Size);
    }

    private uint Guarded(Instruction instruction) => instruction.Guard is not { } guard ? uint.MaxValue
        : instruction.GuardIsNegated ? ~predicates[guard.Index]
        : predicates[guard.Index];

    private (int At, int End, uint Lanes) Branch(Instruction instruction, int at, int end, uint lanes, uint taken)
    {
        if (taken == lanes)
            return (instruction.Targets[0], end, lanes);

        if (taken == 0)
            return (at + 1, end, lanes);

        if (instruction.IsUniform)
            throw instruction.Error($"divergent bra.uni: lanes {taken:x8} of {lanes:x8} take it");

        waiting.Add((instruction.Reconvergence, end, lanes));
        waiting.Add((at + 1, instruction.Reconvergence, lanes & ~taken));
        return (instruction.Targets[0], instruction.Reconvergence, taken);
    }

    private (int At, int End, uint Lanes) Jump(Instruction instruction, int end, uint lanes)
    {
        var ways = new SortedDictionary<int, uint>();
        for (uint left = lanes; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            ulong number = Read(instruction.Sources[0], lane);
            if (number >= (ulong)instruction.Targets.Length)
                throw instruction.Error($"jump to entry {number} of {instruction.Targets.Length}");

            int target = instruction.Targets[number];
            ways[target] = ways.GetValueOrDefault(target) | (1u << lane);
        }

        if (ways.Count == 1)
            return (ways.Keys.First(), end, lanes);

        if (instruction.IsUniform)
            throw instruction.Error("divergent brx.idx.uni");

        waiting.Add((instruction.Reconvergence, end, lanes));
        foreach (var (target, some) in ways.Skip(1))
            waiting.Add((target, instruction.Reconvergence, some));

        return (ways.Keys.First(), instruction.Reconvergence, ways.Values.First());
    }
}
