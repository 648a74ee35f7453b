namespace ParityGpu.Kernels.Simt;

/// <summary>
/// How a group of threads of the SIMT body divides a run's work. A thread belongs to a lane (its neurons are lane,
/// lane + 16, …), to a sample team (8 of the 32 samples of a word) and to a part (every parts-th pair of neuron blocks).
/// </summary>
public readonly struct GroupThread
{
    /// <summary>Samples of a word that one thread holds in registers.</summary>
    public const int TeamSamples = 8;

    /// <summary>Teams that share a word.</summary>
    public const int Teams = Canon.WordSamples / TeamSamples;

    /// <summary>Threads of one part.</summary>
    public const int PartThreads = Canon.Lanes * Teams;

    /// <summary>Maximum number of threads in a group: 256 is the largest group that every OpenCL GPU supports.</summary>
    public const int MaxThreads = MaxParts * PartThreads;

    private const int MaxParts = 4;

    /// <summary>Index in the group.</summary>
    public readonly int Index;

    /// <summary>Threads of the group.</summary>
    public readonly int Count;

    public GroupThread(int index, int count)
    {
        Index = index;
        Count = count;
    }

    public int Lane => Index % Canon.Lanes;

    public int Team => Index / Canon.Lanes % Teams;

    public int Part => Index / PartThreads;

    public int Parts => Count / PartThreads;

    /// <summary>The fewest parts that together visit all pairs of blocks in the smallest number of rounds.</summary>
    public static int PartsFor(int width)
    {
        int pairs = Pairs(width);
        int rounds = (pairs + MaxParts - 1) / MaxParts;
        return (pairs + rounds - 1) / rounds;
    }

    /// <summary>Neuron blocks, two at a time.</summary>
    public static int Pairs(int width) => (Canon.Blocks(width) + 1) / 2;
}
