using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The largest values, of three kinds, that the threads of a group found.</summary>
internal readonly struct GroupMaxima
{
    private const int Kinds = 3;
    private const int MaxThreads = GroupThread.MaxThreads;

    /// <summary>[kind][thread].</summary>
    private readonly ArrayView<float> found;

    private GroupMaxima(ArrayView<float> found) => this.found = found;

    public static GroupMaxima Allocate() => new(SharedMemory.Allocate<float>(Kinds * MaxThreads));

    /// <summary>Records what this thread found.</summary>
    public void Set(int kind, float value) => found[(kind * MaxThreads) + Group.IdxX] = value;

    /// <summary>The largest value of all threads, valid once all of them have recorded theirs.</summary>
    public float Largest(int kind)
    {
        float largest = found[kind * MaxThreads];
        for (int thread = 1; thread < Group.DimX; thread++)
            largest = Measurement.Larger(found[(kind * MaxThreads) + thread], largest);

        return largest;
    }
}
