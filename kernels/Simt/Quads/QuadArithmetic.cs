namespace ParityGpu.Kernels.Simt;

/// <summary>Four floats of one GPU thread, each computed as in <see cref="DeviceArithmetic"/>.</summary>
internal readonly struct QuadArithmetic : IArithmetic<FloatQuad>
{
    public static FloatQuad Broadcast(float value) => new() { X = value, Y = value, Z = value, W = value };

    public static FloatQuad BroadcastWord(uint value) => Broadcast(DeviceArithmetic.BroadcastWord(value));

    public static FloatQuad Add(FloatQuad a, FloatQuad b) => new()
    {
        X = DeviceArithmetic.Add(a.X, b.X),
        Y = DeviceArithmetic.Add(a.Y, b.Y),
        Z = DeviceArithmetic.Add(a.Z, b.Z),
        W = DeviceArithmetic.Add(a.W, b.W),
    };

    public static FloatQuad Subtract(FloatQuad a, FloatQuad b) => new()
    {
        X = DeviceArithmetic.Subtract(a.X, b.X),
        Y = DeviceArithmetic.Subtract(a.Y, b.Y),
        Z = DeviceArithmetic.Subtract(a.Z, b.Z),
        W = DeviceArithmetic.Subtract(a.W, b.W),
    };

    public static FloatQuad Multiply(FloatQuad a, FloatQuad b) => new()
    {
        X = DeviceArithmetic.Multiply(a.X, b.X),
        Y = DeviceArithmetic.Multiply(a.Y, b.Y),
        Z = DeviceArithmetic.Multiply(a.Z, b.Z),
        W = DeviceArithmetic.Multiply(a.W, b.W),
    };

    public static FloatQuad Negate(FloatQuad a) => new()
    {
        X = DeviceArithmetic.Negate(a.X),
        Y = DeviceArithmetic.Negate(a.Y),
        Z = DeviceArithmetic.Negate(a.Z),
        W = DeviceArithmetic.Negate(a.W),
    };

    public static FloatQuad NegatePositive(FloatQuad a) => Negate(a);

    public static FloatQuad Fma(FloatQuad a, FloatQuad b, FloatQuad c) => new()
    {
        X = DeviceArithmetic.Fma(a.X, b.X, c.X),
        Y = DeviceArithmetic.Fma(a.Y, b.Y, c.Y),
        Z = DeviceArithmetic.Fma(a.Z, b.Z, c.Z),
        W = DeviceArithmetic.Fma(a.W, b.W, c.W),
    };

    public static FloatQuad SelectGreater(FloatQuad a, FloatQuad b, FloatQuad whenGreater, FloatQuad otherwise) => new()
    {
        X = DeviceArithmetic.SelectGreater(a.X, b.X, whenGreater.X, otherwise.X),
        Y = DeviceArithmetic.SelectGreater(a.Y, b.Y, whenGreater.Y, otherwise.Y),
        Z = DeviceArithmetic.SelectGreater(a.Z, b.Z, whenGreater.Z, otherwise.Z),
        W = DeviceArithmetic.SelectGreater(a.W, b.W, whenGreater.W, otherwise.W),
    };

    public static FloatQuad SelectLess(FloatQuad a, FloatQuad b, FloatQuad whenLess, FloatQuad otherwise) => new()
    {
        X = DeviceArithmetic.SelectLess(a.X, b.X, whenLess.X, otherwise.X),
        Y = DeviceArithmetic.SelectLess(a.Y, b.Y, whenLess.Y, otherwise.Y),
        Z = DeviceArithmetic.SelectLess(a.Z, b.Z, whenLess.Z, otherwise.Z),
        W = DeviceArithmetic.SelectLess(a.W, b.W, whenLess.W, otherwise.W),
    };

    public static FloatQuad And(FloatQuad a, FloatQuad b) => new()
    {
        X = DeviceArithmetic.And(a.X, b.X),
        Y = DeviceArithmetic.And(a.Y, b.Y),
        Z = DeviceArithmetic.And(a.Z, b.Z),
        W = DeviceArithmetic.And(a.W, b.W),
    };

    public static FloatQuad Or(FloatQuad a, FloatQuad b) => new()
    {
        X = DeviceArithmetic.Or(a.X, b.X),
        Y = DeviceArithmetic.Or(a.Y, b.Y),
        Z = DeviceArithmetic.Or(a.Z, b.Z),
        W = DeviceArithmetic.Or(a.W, b.W),
    };

    public static FloatQuad Xor(FloatQuad a, FloatQuad b) => new()
    {
        X = DeviceArithmetic.Xor(a.X, b.X),
        Y = DeviceArithmetic.Xor(a.Y, b.Y),
        Z = DeviceArithmetic.Xor(a.Z, b.Z),
        W = DeviceArithmetic.Xor(a.W, b.W),
    };

    public static FloatQuad AddWords(FloatQuad a, FloatQuad b) => new()
    {
        X = DeviceArithmetic.AddWords(a.X, b.X),
        Y = DeviceArithmetic.AddWords(a.Y, b.Y),
        Z = DeviceArithmetic.AddWords(a.Z, b.Z),
        W = DeviceArithmetic.AddWords(a.W, b.W),
    };

    public static FloatQuad SubtractWords(FloatQuad a, FloatQuad b) => new()
    {
        X = DeviceArithmetic.SubtractWords(a.X, b.X),
        Y = DeviceArithmetic.SubtractWords(a.Y, b.Y),
        Z = DeviceArithmetic.SubtractWords(a.Z, b.Z),
        W = DeviceArithmetic.SubtractWords(a.W, b.W),
    };

    public static FloatQuad ShiftLeft(FloatQuad a, int bits) => new()
    {
        X = DeviceArithmetic.ShiftLeft(a.X, bits),
        Y = DeviceArithmetic.ShiftLeft(a.Y, bits),
        Z = DeviceArithmetic.ShiftLeft(a.Z, bits),
        W = DeviceArithmetic.ShiftLeft(a.W, bits),
    };

    public static FloatQuad ShiftRight(FloatQuad a, int bits) => new()
    {
        X = DeviceArithmetic.ShiftRight(a.X, bits),
        Y = DeviceArithmetic.ShiftRight(a.Y, bits),
        Z = DeviceArithmetic.ShiftRight(a.Z, bits),
        W = DeviceArithmetic.ShiftRight(a.W, bits),
    };
}
