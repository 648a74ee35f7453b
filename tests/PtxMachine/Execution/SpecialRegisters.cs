namespace ParityGpu.PtxMachine;

/// <summary>Registers that say where a thread stands. Launches have one dimension.</summary>
internal static class SpecialRegisters
{
    public const string Thread = "%tid.x";

    private const string Threads = "%ntid.x";
    private const string Group = "%ctaid.x";
    private const string Groups = "%nctaid.x";
    private const string DynamicBytes = "%dynamic_smem_size";

    public static bool Knows(string name) => name is Thread or Threads or Group or Groups or DynamicBytes;

    /// <summary>Its value in one lane.</summary>
    public static uint Value(string name, GroupState group, int thread) => name switch
    {
        Thread => (uint)thread,
        Threads => (uint)group.Threads,
        Group => (uint)group.Index,
        Groups => (uint)group.Groups,
        DynamicBytes => (uint)group.DynamicBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a special register"),
    };
}
