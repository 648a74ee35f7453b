using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Shared memory of a group during the forward pass.</summary>
internal readonly struct ForwardMemory
{
    /// <summary>Inputs expanded at a time; larger numbers take several turns.</summary>
    public const int Inputs = 64;

    /// <summary>
    /// Floats from one sample's lane sums to the next: 16 lanes, and 2 floats of padding so that the two teams of a warp use different banks.
    /// </summary>
    public const int SumStride = Canon.Lanes + 2;

    /// <summary>Quads from one group's inputs to the next: those of 32 samples, and a tile of padding so that neighbouring groups use different banks.</summary>
    public const int GroupStride = Samples + Canon.Group;

    /// <summary>The same in tiles of four.</summary>
    public const int GroupTiles = GroupStride / Canon.Group;

    private const int Samples = Canon.WordSamples;
    private const int Groups = Inputs / Canon.Group;

    /// <summary>Threads that finish the outputs, four samples each.</summary>
    public const int Finishers = Samples / 4;

    /// <summary>Inputs as floats, [group of four inputs][sample], or as <c>ExpandedInputs</c> stores them.</summary>
    public readonly ArrayView<FloatQuad> Signs;

    /// <summary>Canonical lane sums S_l, [sample][lane].</summary>
    public readonly ArrayView<float> Sums;

    /// <summary>Error words of the finishers, margin words of the finishers, labels.</summary>
    public readonly ArrayView<uint> Words;

    private ForwardMemory(ArrayView<FloatQuad> signs, ArrayView<float> sums, ArrayView<uint> words)
    {
        Signs = signs;
        Sums = sums;
        Words = words;
    }

    public static ForwardMemory Allocate() => new(
        SharedMemory.Allocate<FloatQuad>(Groups * GroupStride),
        SharedMemory.Allocate<float>(Samples * SumStride),
        SharedMemory.Allocate<uint>((2 * Finishers) + 1));

    public static int Sum(int sample, int lane) => (sample * SumStride) + lane;
}
