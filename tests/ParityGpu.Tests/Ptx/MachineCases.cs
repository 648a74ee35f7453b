using Xunit;

namespace ParityGpu.Tests.Ptx;

/// <summary>Cases for theories that run on the machine.</summary>
internal static class MachineCases
{
    /// <summary>Every index below <paramref name="count"/> without and with contraction.</summary>
    public static TheoryData<int, bool> Both(int count)
    {
        var data = new TheoryData<int, bool>();
        for (int index = 0; index < count; index++)
        {
            data.Add(index, false);
            data.Add(index, true);
        }

        return data;
    }
}
