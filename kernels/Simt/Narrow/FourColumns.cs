using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Up to four columns: hidden units, or the factors of a product.</summary>
internal readonly struct FourColumns : IColumns<FloatQuad>
{
    public static int Count => NarrowMemory.Columns;

    public static int Width(LaunchShape shape) => shape.Width;

    public static FloatQuad Row(NarrowSlot run, int row) => QuadView.Of(run.Floats)[row * Canon.LaneQuads];

    public static ArrayView<FloatQuad> Entries(NarrowMemory memory) => memory.Quads;

    public static FloatQuad Add(FloatQuad a, FloatQuad b) => QuadArithmetic.Add(a, b);

    public static FloatQuad ToQuad(FloatQuad columns) => columns;

    public static NarrowOutput<FloatQuad> Evaluate(NarrowSlot run, FloatQuad z, int sample, bool exists, float y) =>
        run.IsProduct ? Product(run, z, y) : Sum(run, z, sample, exists, y);

    public static void StoreDescents(NarrowMemory memory, FloatQuad d, int sample, bool exists)
    {
        const int Column = NarrowMemory.SampleQuads * 4;
        var descents = memory.Floats.SubView((NarrowMemory.Descents * 4) + sample, (3 * Column) + 1);
        descents[0] = exists ? d.X : 0f;
        descents[Column] = exists ? d.Y : 0f;
        descents[2 * Column] = exists ? d.Z : 0f;
        descents[3 * Column] = exists ? d.W : 0f;
    }

    /// <summary>f = ∏_j z_j; the products of the other factors from both sides.</summary>
    private static NarrowOutput<FloatQuad> Product(NarrowSlot run, FloatQuad z, float y)
    {
        float p2 = z.X * z.Y;
        float p3 = p2 * z.Z;
        int width = run.Shape.Width;
        float f = width > 3 ? p3 * z.W : width == 3 ? p3 : width == 2 ? p2 : z.X;
        float g = Losses<float, DeviceArithmetic>.Descent(run.Settings.Loss, y, f);
        float q2 = width > 3 ? z.W : 1f;
        float q1 = width > 2 ? q2 * z.Z : 1f;
        float q0 = width > 1 ? q1 * z.Y : 1f;
        return new()
        {
            F = f,
            D = new() { X = g * q0, Y = g * (z.X * q1), Z = g * (p2 * q2), W = g * p3 },
        };
    }

    /// <summary>
    /// f = c + Σ_j u_j·h_j in the canon's tree, whose other lanes are +0. The units come one after the other, so that their code exists once.
    /// </summary>
    private static NarrowOutput<FloatQuad> Sum(NarrowSlot run, FloatQuad z, int sample, bool exists, float y)
    {
        var u = Row(run, run.Shape.Inputs + 1);
        var slopes = default(FloatQuad);
        var products = default(FloatQuad);
        for (int j = 0; j < run.Shape.Width; j++)
        {
            float input = j == 0 ? z.X : j == 1 ? z.Y : j == 2 ? z.Z : z.W;
            float weight = j == 0 ? u.X : j == 1 ? u.Y : j == 2 ? u.Z : u.W;
            var unit = NarrowForward.Activate(run, input);
            float product = ExactMath.Fma(weight, unit.Value, 0f);
            slopes = With(slopes, j, unit.Slope);
            products = With(products, j, product);
            NarrowForward.StoreValue(run.Scratch, j, sample, exists ? unit.Value : 0f);
        }

        float f = Row(run, run.Shape.Inputs + 2).X + ((products.X + products.Z) + (products.Y + products.W));
        float g = NarrowForward.OutputDescent(run, y, f, sample, exists);
        return new() { F = f, D = QuadArithmetic.Multiply(Quad.Multiply(g, u), slopes) };
    }

    private static FloatQuad With(FloatQuad quad, int entry, float value) => new()
    {
        X = entry == 0 ? value : quad.X,
        Y = entry == 1 ? value : quad.Y,
        Z = entry == 2 ? value : quad.Z,
        W = entry == 3 ? value : quad.W,
    };
}
