using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>Copies the complete messages of a log into the log of a sweep that contains its runs: the same sweep or a larger one.</summary>
internal static class LogCopy
{
    private const int FlushBytes = 1 << 20;

    /// <summary>
    /// Copies every session and run and, in their places, the messages about runs in flight.
    /// </summary>
    /// <param name="source">A log, which may be damaged.</param>
    /// <param name="name">Its name in error messages.</param>
    /// <param name="target">An empty file.</param>
    /// <param name="spec">The sweep of the copy.</param>
    /// <returns>The buffer for further messages of the copy.</returns>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    public static MessageBuffer Write(FileStream source, string name, FileStream target, SweepSpec spec)
    {
        var messages = new MessageBuffer();
        int[] places = [];
        source.Position = 0;
        using var reader = new RunLogReader(source, name) { SkipsDamage = true };
        while (reader.Read())
        {
            switch (reader.Kind)
            {
                case LogMessageKind.Header:
                    LogFormat.WriteHeader(messages, reader.Header with { Schema = LogFormat.Schema, Spec = spec });
                    places = Places(reader.Points, spec);
                    break;
                case LogMessageKind.Resumed:
                    LogFormat.WriteResumed(messages, reader.Session);
                    break;
                case LogMessageKind.InFlight:
                    LogFormat.WriteInFlight(messages, [.. reader.InFlight.Select(run => run with { Point = places[run.Point] })], !reader.IsInFlightWhole);
                    break;
                case LogMessageKind.Run:
                    RunRecord run = reader.Run with { Point = places[reader.Run.Point] };
                    if (reader.Curve is { } curve)
                        LogFormat.WriteCurve(messages, run, curve);

                    LogFormat.WriteRun(messages, run, reader.Elapsed);
                    break;
            }

            if (messages.WrittenCount > FlushBytes)
                Flush();
        }

        Flush();
        target.Flush(flushToDisk: true);
        return messages;

        void Flush()
        {
            LogFile.Append(target, messages.WrittenSpan);
            messages.Clear();
        }
    }

    /// <summary>Indices of a log's points among those of a sweep that contains them all.</summary>
    public static int[] Places(IReadOnlyList<Point> points, SweepSpec spec)
    {
        var places = spec.Points().Index().ToDictionary(point => point.Item, point => point.Index);
        return [.. points.Select(point => places[point])];
    }
}
