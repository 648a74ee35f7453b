namespace ParityGpu.Kernels.Simt;

/// <summary>The tile sizes.</summary>
public static class Tiles
{
    public readonly struct Of1 : ITile
    {
        public static int Blocks => 1;
    }

    public readonly struct Of2 : ITile
    {
        public static int Blocks => 2;
    }

    public readonly struct Of3 : ITile
    {
        public static int Blocks => 3;
    }

    public readonly struct Of4 : ITile
    {
        public static int Blocks => 4;
    }

    public readonly struct Of5 : ITile
    {
        public static int Blocks => 5;
    }

    public readonly struct Of6 : ITile
    {
        public static int Blocks => 6;
    }

    public readonly struct Of7 : ITile
    {
        public static int Blocks => 7;
    }

    public readonly struct Of8 : ITile
    {
        public static int Blocks => 8;
    }
}
