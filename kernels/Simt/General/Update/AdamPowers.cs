namespace ParityGpu.Kernels.Simt;

/// <summary>Adam's β₁^t and β₂^t.</summary>
internal struct AdamPowers
{
    public float First;
    public float Second;

    /// <summary>The powers after the steps taken, or 1 for a fresh run and for other optimizers.</summary>
    public static AdamPowers Load<TScratch>(Slot<TScratch> run, bool fresh)
        where TScratch : struct
    {
        var powers = new AdamPowers { First = 1f, Second = 1f };
        if (IsAdam(run) && !fresh)
        {
            powers.First = run.Floats[RunLayout.AdamPowers(run.Shape)];
            powers.Second = run.Floats[RunLayout.AdamPowers(run.Shape) + 1];
        }

        return powers;
    }

    /// <summary>Keeps them for the next launch; one thread calls it.</summary>
    public readonly void Store<TScratch>(Slot<TScratch> run)
        where TScratch : struct
    {
        if (IsAdam(run))
        {
            run.Floats[RunLayout.AdamPowers(run.Shape)] = First;
            run.Floats[RunLayout.AdamPowers(run.Shape) + 1] = Second;
        }
    }

    private static bool IsAdam<TScratch>(Slot<TScratch> run)
        where TScratch : struct => run.Shape.Optimizer == (int)Optimizer.Adam;
}
