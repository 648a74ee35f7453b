using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// The states of long runs beside their log. Little-endian: magic, a hash of the program's build (another build may lay out or train differently),
/// number of runs; for each run a hash of its point, its seed, then state, parameters, finite sample, curve and tasks, each preceded by its length;
/// at the end a hash of all that. Points are identified by their settings, so the file stays valid when the sweep is extended.
/// </summary>
/// <param name="path">The file; <paramref name="path"/>.new is written first.</param>
/// <param name="spec">The sweep.</param>
public sealed class CheckpointFile(string path, SweepSpec spec) : ICheckpointStore
{
    private const int Version = 4;

    /// <summary>Elements that are written or read at once.</summary>
    private const int BlockLength = 1 << 20;

    private const int HashBytes = 16;

    private static readonly byte[] Magic = "PARITYCP"u8.ToArray();

    private readonly Dictionary<int, UInt128> keys = [];
    private Point[]? points;

    private static readonly byte[] Build =
        Hash($"{Version} {typeof(CheckpointFile).Module.ModuleVersionId} {typeof(RunState).Module.ModuleVersionId}");

    /// <summary>The file.</summary>
    public string Path => path;

    private string New => path + ".new";

    private Point[] Points => points ??= [.. spec.Points()];

    /// <summary>The name of a log's checkpoint.</summary>
    public static string Beside(string log) => log + ".checkpoint";

    /// <summary>
    /// Reads the states of an earlier session. A file that is incomplete, or belongs to another sweep or build, is not used.
    /// </summary>
    /// <param name="warn">Receives a line that says why a file is not used.</param>
    public IReadOnlyList<RunSnapshot> Read(Action<string> warn)
    {
        if (!File.Exists(path))
            return [];

        try
        {
            using FileStream file = File.OpenRead(path);
            CheckWhole(file);
            using var reader = new BinaryReader(file);
            if (!reader.ReadBytes(Magic.Length).SequenceEqual(Magic))
                throw new InvalidDataException("it is not a checkpoint");

            if (!reader.ReadBytes(Build.Length).SequenceEqual(Build))
                throw new InvalidDataException("it was written by another version of the program");

            var places = Enumerable.Range(0, Points.Length).ToDictionary(Key);
            int count = reader.ReadInt32();
            RunSnapshot[] runs = [.. Enumerable.Range(0, count).Select(_ => ReadRun(reader, places)).OfType<RunSnapshot>()];
            return runs.Length > 0 || count == 0 ? runs : throw new InvalidDataException("it belongs to another sweep");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            warn($"{path}: not used, {(e is EndOfStreamException ? "it is damaged" : e.Message)}; long runs start over");
            return [];
        }
    }

    /// <summary>The states of the runs that have not been recorded since.</summary>
    /// <param name="done">Runs that the log contains.</param>
    /// <param name="warn">Receives a line that says that the file is unusable.</param>
    public RunSnapshot[] ReadUnfinished(RunSet done, Action<string> warn) =>
        [.. Read(warn).Where(run => !done.Contains(run.Point, run.Seed))];

    /// <inheritdoc/>
    public void Write(IReadOnlyCollection<RunSnapshot> snapshots) => WholeFile.Write(path, New, file =>
    {
        var output = new HashedOutput(file);
        output.Write<byte>(Magic);
        output.Write<byte>(Build);
        output.Write<int>([snapshots.Count]);
        foreach (RunSnapshot snapshot in snapshots)
            WriteRun(output, snapshot);

        file.Write(output.Hash.GetCurrentHash());
    });

    /// <inheritdoc/>
    public void Remove()
    {
        File.Delete(path);
        File.Delete(New);
    }

    private static byte[] Hash(string text) => XxHash128.Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>Identifies a point and what is kept of its runs.</summary>
    private UInt128 Key(int point)
    {
        if (keys.TryGetValue(point, out UInt128 key))
            return key;

        SweepSpec settings = spec.OnlyOf(Points[point]) with { Seeds = 1 };
        return keys[point] = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(SpecFile.Canonical(settings)));
    }

    /// <summary>Checks the hash and rewinds the file.</summary>
    private static void CheckWhole(FileStream file)
    {
        long length = file.Length - HashBytes;
        if (length < 0)
            throw new InvalidDataException("it is damaged");

        var hash = new XxHash128();
        byte[] block = new byte[1 << 16];
        for (long left = length; left > 0;)
        {
            int count = file.Read(block, 0, (int)Math.Min(block.Length, left));
            if (count == 0)
                throw new EndOfStreamException();

            hash.Append(block.AsSpan(0, count));
            left -= count;
        }

        byte[] expected = new byte[HashBytes];
        file.ReadExactly(expected);
        if (!hash.GetCurrentHash().SequenceEqual(expected))
            throw new InvalidDataException("it is damaged");

        file.Position = 0;
    }

    private void WriteRun(HashedOutput output, RunSnapshot snapshot)
    {
        output.Write<UInt128>([Key(snapshot.Point)]);
        output.Write<long>([snapshot.Seed]);
        WriteArray(output, [snapshot.State]);
        WriteArray(output, snapshot.Floats);
        WriteArray(output, snapshot.Data);
        WriteArray(output, snapshot.Curve.Points);
        WriteArray(output, snapshot.Curve.Tasks);
        WriteArray(output, snapshot.Curve.TaskCurves);
    }

    /// <summary>Reads a run; null if it is not part of the sweep.</summary>
    private RunSnapshot? ReadRun(BinaryReader reader, Dictionary<UInt128, int> places)
    {
        UInt128 key = MemoryMarshal.Read<UInt128>(reader.ReadBytes(HashBytes));
        long seed = reader.ReadInt64();
        bool known = places.TryGetValue(key, out int point) && seed >= spec.FirstSeed && seed - spec.FirstSeed < spec.Seeds;
        LaunchShape? shape = known ? BankShape.Of(Points[point]).Launch(1) : null;
        RunState state = ReadArray<RunState>(reader, 1)[0];
        float[] floats = ReadArray<float>(reader, shape is null ? null : RunLayout.RunFloats(shape.Value));
        uint[] data = ReadArray<uint>(reader, shape is null ? null : RunLayout.DataWords(shape.Value));
        CurvePoint[] curve = ReadArray<CurvePoint>(reader, null);
        TaskRecord[] tasks = ReadArray<TaskRecord>(reader, shape is null || curve.Length == 0 ? null : shape.Value.Tasks);
        float[] taskCurves = ReadArray<float>(reader, shape is null ? null : spec.CurveTasks ? (long)curve.Length * tasks.Length : 0);
        return known ? new RunSnapshot(point, seed, state, floats, data, new CurveSoFar(curve, tasks, taskCurves)) : null;
    }

    private static void WriteArray<T>(HashedOutput output, T[] values)
        where T : unmanaged
    {
        output.Write<int>([values.Length]);
        for (int start = 0; start < values.Length; start += BlockLength)
            output.Write<T>(values.AsSpan(start, Math.Min(BlockLength, values.Length - start)));
    }

    private static T[] ReadArray<T>(BinaryReader reader, long? expected)
        where T : unmanaged
    {
        int length = reader.ReadInt32();
        long left = (reader.BaseStream.Length - reader.BaseStream.Position) / Unsafe.SizeOf<T>();
        if (length < 0 || length > left || (expected is { } known && length != known))
            throw new InvalidDataException("it has a run of another shape");

        var values = new T[length];
        for (int start = 0; start < length; start += BlockLength)
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(BlockLength, length - start))));

        return values;
    }

    /// <summary>Writes values and adds them to a hash.</summary>
    private sealed class HashedOutput(FileStream file)
    {
        public XxHash128 Hash { get; } = new();

        public void Write<T>(ReadOnlySpan<T> values)
            where T : unmanaged
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
            file.Write(bytes);
            Hash.Append(bytes);
        }
    }
}
