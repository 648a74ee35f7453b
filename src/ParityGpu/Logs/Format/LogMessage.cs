using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>One message of a log; <see cref="Kind"/> says which of the other fields is set.</summary>
internal struct LogMessage
{
    public LogMessageKind Kind;
    public LogHeader? Header;

    /// <summary>Schema of a header, once it is known.</summary>
    public int Schema;
    public LogSession? Session;
    public int PointIndex;
    public RunRecord Run;

    /// <summary>Seconds since the run's session began, if the log has them.</summary>
    public double? Elapsed;

    /// <summary>With <see cref="PointIndex"/> and <see cref="Seed"/> of the run that follows.</summary>
    public RunCurve? Curve;
    public long Seed;

    /// <summary>Runs in flight; more of them follow in the next message if <see cref="More"/>.</summary>
    public RunUnderWay[]? InFlight;
    public bool More;
}
