using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Logs;

/// <summary>
/// The states of long runs beside their log. Little-endian: magic, identity, number of runs; of each run its point, seed, state, and
/// behind their lengths parameters, finite sample and curve; at the end the SHA-256 of all that. The identity is a hash of the sweep and
/// of the program's build, because another build may lay out or train differently.
/// </summary>
/// <param name="path">The file; <paramref name="path"/>.new is written first.</param>
/// <param name="spec">The sweep.</param>
public sealed class CheckpointFile(string path, SweepSpec spec) : ICheckpointStore
{
    private const int Version = 1;

    /// <summary>Elements that are written or read at once.</summary>
    private const int BlockLength = 1 << 20;

    private static readonly byte[] Magic = "PARITYCP"u8.ToArray();

    private readonly byte[] identity = Identity(spec);

    /// <summary>The file.</summary>
    public string Path => path;

    private string New => path + ".new";

    /// <summary>The name of a log's checkpoint.</summary>
    public static string Beside(string log) => log + ".checkpoint";

    /// <summary>
    /// Reads the states of an earlier session. What is not whole, of another sweep or of another build is not used.
    /// </summary>
    /// <param name="warn">Told in a line why not.</param>
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
                throw new InvalidDataException("it is no checkpoint");

            if (!reader.ReadBytes(identity.Length).SequenceEqual(identity))
                throw new InvalidDataException("it is of another sweep or version of the program");

            Point[] points = [.. spec.Points()];
            return [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => ReadRun(reader, points))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            warn($"{path}: not used, {(e is EndOfStreamException ? "it is damaged" : e.Message)}; long runs start anew");
            return [];
        }
    }

    /// <summary>The states of the runs that were not recorded afterwards.</summary>
    /// <param name="done">Runs that the log has.</param>
    /// <param name="warn">Told in a line that the file is of no use.</param>
    public RunSnapshot[] ReadUnfinished(RunSet done, Action<string> warn) =>
        [.. Read(warn).Where(run => !done.Contains(run.Point, run.Seed))];

    /// <inheritdoc/>
    public void Write(IReadOnlyCollection<RunSnapshot> snapshots)
    {
        using (var file = new FileStream(New, FileMode.Create, FileAccess.Write))
        {
            using var hash = SHA256.Create();
            using (var hashing = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
            using (var writer = new BinaryWriter(hashing))
            {
                writer.Write(Magic);
                writer.Write(identity);
                writer.Write(snapshots.Count);
                foreach (RunSnapshot snapshot in snapshots)
                    WriteRun(writer, snapshot);
            }

            file.Write(hash.Hash!);
            file.Flush(flushToDisk: true);
        }

        File.Move(New, path, overwrite: true);
    }

    /// <inheritdoc/>
    public void Remove()
    {
        File.Delete(path);
        File.Delete(New);
    }

    private static byte[] Identity(SweepSpec spec)
    {
        var text = new StringBuilder();
        text.AppendLine($"{Version} {typeof(CheckpointFile).Module.ModuleVersionId} {typeof(RunState).Module.ModuleVersionId}");
        foreach (SpecSetting setting in SpecSetting.All)
            text.AppendLine($"{setting.Name}={string.Join(',', setting.Values(spec))}");

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Checks the hash and goes back to the start.</summary>
    private static void CheckWhole(FileStream file)
    {
        long length = file.Length - SHA256.HashSizeInBytes;
        if (length < 0)
            throw new InvalidDataException("it is damaged");

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[1 << 16];
        for (long left = length; left > 0;)
        {
            int count = file.Read(block, 0, (int)Math.Min(block.Length, left));
            if (count == 0)
                throw new EndOfStreamException();

            hash.AppendData(block, 0, count);
            left -= count;
        }

        byte[] expected = new byte[SHA256.HashSizeInBytes];
        file.ReadExactly(expected);
        if (!hash.GetHashAndReset().SequenceEqual(expected))
            throw new InvalidDataException("it is damaged");

        file.Position = 0;
    }

    private static void WriteRun(BinaryWriter writer, RunSnapshot snapshot)
    {
        writer.Write(snapshot.Point);
        writer.Write(snapshot.Seed);
        WriteArray(writer, [snapshot.State]);
        WriteArray(writer, snapshot.Floats);
        WriteArray(writer, snapshot.Data);
        WriteArray(writer, snapshot.Curve);
    }

    private RunSnapshot ReadRun(BinaryReader reader, Point[] points)
    {
        int point = reader.ReadInt32();
        long seed = reader.ReadInt64();
        if (point < 0 || point >= points.Length || seed < spec.FirstSeed || seed - spec.FirstSeed >= spec.Seeds)
            throw new InvalidDataException("it has a run that is not of the sweep");

        LaunchShape shape = BankShape.Of(points[point]).Launch(1);
        RunState state = ReadArray<RunState>(reader, 1)[0];
        float[] floats = ReadArray<float>(reader, RunLayout.RunFloats(shape));
        uint[] data = ReadArray<uint>(reader, RunLayout.DataWords(shape));
        CurvePoint[] curve = ReadArray<CurvePoint>(reader, null);
        return new RunSnapshot(point, seed, state, floats, data, curve);
    }

    private static void WriteArray<T>(BinaryWriter writer, T[] values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        for (int start = 0; start < values.Length; start += BlockLength)
            writer.Write(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(BlockLength, values.Length - start))));
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
}
