using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Weights;

/// <summary>
/// A run's parameters as a .npz archive of NumPy arrays (numpy.lib.format, version 1.0): those of <see cref="NetworkArrays"/>, and relevant_inputs
/// (for tasks, their definition), seed, steps, accuracy (for a polynomial target also held_out_loss) and settings, the command that trains the run
/// again. The same run gives the same bytes.
/// </summary>
public static class WeightsFile
{
    /// <summary>The zip format's first day.</summary>
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Writes the archive of a finished run.
    /// </summary>
    /// <param name="stream">Receives it; stays open.</param>
    /// <param name="spec">The sweep.</param>
    /// <param name="point">The run's point.</param>
    /// <param name="run">The run, with its parameters.</param>
    public static void Write(Stream stream, SweepSpec spec, Point point, FinishedRun run) =>
        Write(stream, spec, point, run.Record.Seed, run.Parameters!, run.Record.Steps, run.Record.Accuracy, run.Record.Loss);

    /// <summary>
    /// Writes the archive of a run under way.
    /// </summary>
    /// <inheritdoc cref="Write(Stream, SweepSpec, Point, FinishedRun)"/>
    public static void Write(Stream stream, SweepSpec spec, Point point, RunAtStep run) =>
        Write(stream, spec, point, run.Seed, run.Parameters!, run.At.Step, run.At.Accuracy, run.At.Loss);

    private static void Write(Stream stream, SweepSpec spec, Point point, long seed, float[] parameters, long steps, double accuracy, double loss)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (NetworkArray array in NetworkArrays.Of(point, parameters))
            Add<float>(archive, array.Name, "<f4", array.Shape, array.Values);

        if (point.Tasks == TaskList.None)
        {
            long[] inputs = [.. RunPlan.Subset(point, seed)];
            Add<long>(archive, "relevant_inputs", "<i8", [inputs.Length], inputs);
        }
        else
        {
            PlannedTask[] tasks = TaskPlan.Of(point);
            Add<double>(archive, "task_frequency", "<f8", [tasks.Length], [.. tasks.Select(task => task.Frequency)]);
            Add<bool>(archive, "task_inputs", "|b1", [tasks.Length, point.Inputs], [.. tasks.SelectMany(task => Among(point, task.Inputs))]);
            Add<bool>(archive, "task_controls", "|b1", [tasks.Length, point.Inputs], [.. tasks.SelectMany(task => Among(point, task.Controls))]);
        }

        Add<long>(archive, "seed", "<i8", [], [seed]);
        Add<long>(archive, "steps", "<i8", [], [steps]);
        Add<double>(archive, "accuracy", "<f8", [], [accuracy]);
        if (!point.Target.IsParity)
            Add<double>(archive, "held_out_loss", "<f8", [], [loss]);

        string settings = SpecSetting.Command(SweepSpec.Of(point) with { Seeds = 1, FirstSeed = seed, MaxSteps = spec.MaxSteps });
        Add<int>(archive, "settings", $"<U{settings.Length}", [], [.. settings.Select(character => (int)character)]);
    }

    private static IEnumerable<bool> Among(Point point, int[] inputs) => Enumerable.Range(0, point.Inputs).Select(input => inputs.Contains(input));

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
