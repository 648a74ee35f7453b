using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Weights;

/// <summary>
/// A finished run's parameters as a .npz archive of NumPy arrays (numpy.lib.format, version 1.0): those of <see cref="NetworkArrays"/>, and relevant_inputs,
/// seed, steps, accuracy (of a polynomial target held_out_loss, too) and settings, the command that trains the run again. The same run gives the same bytes.
/// </summary>
public static class WeightsFile
{
    /// <summary>The zip format's first day.</summary>
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Writes the archive.
    /// </summary>
    /// <param name="stream">Receives it; stays open.</param>
    /// <param name="spec">The sweep.</param>
    /// <param name="point">The run's point.</param>
    /// <param name="run">The run, with its parameters.</param>
    public static void Write(Stream stream, SweepSpec spec, Point point, FinishedRun run)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (NetworkArray array in NetworkArrays.Of(point, run.Parameters!))
            Add<float>(archive, array.Name, "<f4", array.Shape, array.Values);

        long[] inputs = [.. RunPlan.Subset(point, run.Record.Seed)];
        Add<long>(archive, "relevant_inputs", "<i8", [inputs.Length], inputs);
        Add<long>(archive, "seed", "<i8", [], [run.Record.Seed]);
        Add<long>(archive, "steps", "<i8", [], [run.Record.Steps]);
        Add<double>(archive, "accuracy", "<f8", [], [run.Record.Accuracy]);
        if (!point.Target.IsParity)
            Add<double>(archive, "held_out_loss", "<f8", [], [run.Record.Loss]);

        string settings = SpecSetting.Command(SweepSpec.Of(point) with { Seeds = 1, FirstSeed = run.Record.Seed, MaxSteps = spec.MaxSteps });
        Add<int>(archive, "settings", $"<U{settings.Length}", [], [.. settings.Select(character => (int)character)]);
    }

    private static void Add<T>(ZipArchive archive, string name, string type, int[] shape, T[] values)
        where T : unmanaged
    {
        ZipArchiveEntry entry = archive.CreateEntry(name + ".npy", CompressionLevel.NoCompression);
        entry.LastWriteTime = NoTime;
        using Stream stream = entry.Open();
        string sizes = string.Concat(shape.Select(size => $"{size}, "));
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes.TrimEnd()}), }}";

        // Magic, version and the header's length are ten bytes; the data begin at a multiple of 64.
        int length = ((10 + header.Length + 1 + 63) / 64 * 64) - 10;
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n"));
        stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
