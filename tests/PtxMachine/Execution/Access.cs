using System.Numerics;

namespace ParityGpu.PtxMachine;

/// <summary>One execution of a load or store: where its lanes reach, and what that costs.</summary>
internal ref struct Access
{
    private const int SectorBytes = 32;
    private const int Banks = 32;

    private readonly Warp warp;
    private readonly Instruction instruction;
    private readonly uint active;
    private LaneOffsets offsets;

    public Access(Warp warp, Instruction instruction, uint active, int elements)
    {
        this.warp = warp;
        this.instruction = instruction;
        this.active = active;
        Bytes = elements * instruction.ElementBytes;
        bool isGlobal = instruction.Space == Space.Global;
        Memory = isGlobal ? warp.Group.Machine.Memory.Bytes : warp.Group.Shared;
        Log = isGlobal ? warp.Group.Machine.Memory.Log : warp.Group.SharedLog;
    }

    /// <summary>Bytes that a lane reads or writes.</summary>
    public int Bytes { get; }

    public byte[] Memory { get; }

    public AccessLog Log { get; }

    /// <summary>Where in <see cref="Memory"/> a lane reaches.</summary>
    /// <exception cref="PtxException">Out of bounds or misaligned.</exception>
    public int Place(int lane)
    {
        ulong address = (instruction.AddressBase is { } register ? warp.Read(register, lane) : 0) + (ulong)instruction.AddressOffset;
        if ((address & ((ulong)Bytes - 1)) != 0)
            throw instruction.Error($"misaligned: {Bytes} bytes at address {address:x}");

        int at = instruction.Space == Space.Global ? warp.Group.Machine.Memory.Find(address, Bytes)
            : address + (ulong)Bytes <= (ulong)Memory.Length ? (int)address
            : -1;
        if (at < 0)
            throw instruction.Error($"out of bounds: thread {warp.FirstThread + lane} of group {warp.Group.Index}, address {address:x}");

        return offsets[lane] = at;
    }

    /// <summary>Adds what the access costs to the instruction's counts.</summary>
    public readonly void Count()
    {
        if (!warp.Group.Machine.CountsAccesses)
            return;

        if (instruction.Space == Space.Global)
            warp.Group.Counts.Sectors[instruction.Index] += Distinct(0, Warp.Size, SectorBytes).Count;
        else
            CountWavefronts(warp.Group.Counts);
    }

    /// <summary>Eight lanes at a time reach 16 bytes each, sixteen 8 bytes; each time as often as the busiest bank has words to give.</summary>
    private readonly void CountWavefronts(WorkCounts counts)
    {
        int lanes = Math.Min(Warp.Size, Banks * sizeof(uint) / Bytes);
        Span<int> load = stackalloc int[Banks];
        for (int first = 0; first < Warp.Size; first += lanes)
        {
            load.Clear();
            int worst = 0;
            foreach (int word in Distinct(first, lanes, sizeof(uint)))
                worst = Math.Max(worst, ++load[word % Banks]);

            counts.Wavefronts[instruction.Index] += worst;
            counts.Conflicts[instruction.Index] += Math.Max(0, worst - 1);
        }
    }

    /// <summary>The pieces of so many bytes that some lanes reach.</summary>
    private readonly HashSet<int> Distinct(int first, int lanes, int pieceBytes)
    {
        var pieces = new HashSet<int>();
        for (uint left = active; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            if (lane < first || lane >= first + lanes)
                continue;

            for (int piece = offsets[lane] / pieceBytes; piece <= (offsets[lane] + Bytes - 1) / pieceBytes; piece++)
                pieces.Add(piece);
        }

        return pieces;
    }

    [System.Runtime.CompilerServices.InlineArray(Warp.Size)]
    private struct LaneOffsets
    {
        private int first;
    }
}
