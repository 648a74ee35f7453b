using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The only hidden unit of a network with an output layer.</summary>
internal readonly struct OneColumn : IColumns<float>
{
    public static int Count => 1;

    public static int Width(LaunchShape shape) => 1;

    public static float Row(NarrowSlot run, int row) => run.Floats[row * Canon.Lanes];

    public static ArrayView<float> Entries(NarrowMemory memory) => memory.Floats;

    public static float Add(float a, float b) => a + b;

    public static FloatQuad ToQuad(float columns) => new() { X = columns };

    public static NarrowOutput<float> Evaluate(NarrowSlot run, float z, int sample, bool exists, float y)
    {
        float u = Row(run, run.Shape.Inputs + 1);
        var unit = NarrowForward.Activate(run, z);
        NarrowForward.StoreValue(run.Scratch, 0, sample, exists ? unit.Value : 0f);

        // The canon's tree adds the lanes without a unit, which are +0.
        float f = Row(run, run.Shape.Inputs + 2) + (ExactMath.Fma(u, unit.Value, 0f) + 0f);
        float g = NarrowForward.OutputDescent(run, y, f, sample, exists);
        return new() { F = f, D = g * u * unit.Slope };
    }

    public static void StoreDescents(NarrowMemory memory, float d, int sample, bool exists) =>
        memory.Floats[(NarrowMemory.Descents * 4) + sample] = exists ? d : 0f;
}
