using System.Reflection;
using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>Kinds of messages, the first element of each.</summary>
public enum LogMessageKind
{
    /// <summary>Opens a log.</summary>
    Header,

    /// <summary>A point of the sweep.</summary>
    Point,

    /// <summary>A finished run.</summary>
    Run,

    /// <summary>The curve of the run that follows.</summary>
    Curve,

    /// <summary>A later session that continues the sweep.</summary>
    Resumed,

    /// <summary>Runs in flight.</summary>
    InFlight,
}

/// <summary>Which program trains, where and since when.</summary>
/// <param name="Program">Version of the program.</param>
/// <param name="Device">Name of the device, and the vendor's name for it.</param>
/// <param name="Started">Start of the session, UTC.</param>
public sealed record LogSession(string Program, string Device, DateTimeOffset Started)
{
    /// <summary>A session of this program that starts now.</summary>
    public static LogSession Now(string device) => new(ProgramVersion, device, DateTimeOffset.UtcNow);

    private static string ProgramVersion =>
        typeof(LogSession).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
}

/// <summary>The first message of a log.</summary>
/// <param name="Schema">Version of the schema.</param>
/// <param name="Session">The session that created the log.</param>
/// <param name="Spec">The sweep.</param>
/// <param name="Shard">The part of the sweep that the log is for.</param>
/// <param name="Numerics">The <see cref="Kernels.Numerics.Version"/> of its runs.</param>
public sealed record LogHeader(int Schema, LogSession Session, SweepSpec Spec, Shard Shard, int Numerics);
