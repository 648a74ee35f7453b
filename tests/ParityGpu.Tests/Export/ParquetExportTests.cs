using ParityGpu.Logs;
using ParityGpu.Specs;
using ParityGpu.Tests.Cli;
using ParityGpu.Tests.Logs;
using Parquet;
using Parquet.Schema;
using Xunit;

namespace ParityGpu.Tests.Export;

/// <summary>Types, row groups and the whole range of integers in Parquet files.</summary>
public sealed class ParquetExportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Columns_have_the_types_of_their_values()
    {
        SmallLog.Write(folder["log"]);
        CommandLine.Run("export", folder["log"], "--format", "parquet", "-o", folder["runs.parquet"]);

        ParquetSchema schema = await ParquetReader.ReadSchemaAsync(folder["runs.parquet"]);
        Type TypeOf(string name) => schema.FindDataField(name).ClrType;
        Assert.All(["n", "k", "depth", "width", "batch", "testSamples", "sparsity", "samples"], name => Assert.Equal(typeof(int), TypeOf(name)));
        Assert.All(["maxSteps", "seed", "steps"], name => Assert.Equal(typeof(long), TypeOf(name)));
        Assert.All(["lr", "weightDecay", "noise", "targetAccuracy", "accuracy"], name => Assert.Equal(typeof(double), TypeOf(name)));
        Assert.All(["model", "schedule", "subset", "outcome", "log"], name => Assert.Equal(typeof(ReadOnlyMemory<char>), TypeOf(name)));
        Assert.Equal(["sparsity", "initSeed", "samples", "biasedSteps", "accuracy", "heldOutLoss"], schema.DataFields.Where(field => field.IsNullable).Select(field => field.Name));
    }

    [Fact]
    public async Task More_runs_than_a_row_group_has_and_seeds_of_any_size_are_read_back()
    {
        const int Many = 70_000;
        var random = new Random(1);
        long[] seeds = [.. Enumerable.Range(0, Many).Select(i => ((long)i << 20) + random.Next(1 << 20))];
        random.Shuffle(seeds);
        long last = long.MaxValue - 2;
        Write("many", SmallLog.Spec with { FirstSeed = 0, Seeds = 1L << 40 }, seeds);
        Write("last", SmallLog.Spec with { FirstSeed = last, Seeds = 1 }, [last]);
        Write("first", SmallLog.Spec with { K = [2], FirstSeed = 0, Seeds = 1 }, [0]);

        CommandResult result = CommandLine.Run(
            "export", folder["last"], folder["first"], folder["many"], "--format", "parquet", "-o", folder["runs.parquet"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        await using (ParquetReader reader = await ParquetReader.CreateAsync(folder["runs.parquet"]))
            Assert.Equal(2, reader.RowGroupCount);

        ExportTable table = await ExportTable.OfParquet(folder["runs.parquet"], "k", "seed", "steps", "accuracy");
        Assert.Equal([last, 0, .. seeds], table["seed"].Cast<long>());
        Assert.Equal([3, 2, .. Enumerable.Repeat(3L, Many)], table["k"].Cast<long>());
        Assert.Equal(table["seed"].Select(seed => (long)seed! % 5000), table["steps"].Cast<long>());
        Assert.Equal(table["seed"].Select(seed => (double?)Accuracy((long)seed!)), table["accuracy"].Cast<double?>());
    }

    [Fact]
    public async Task A_file_goes_into_a_pipe()
    {
        SmallLog.Write(folder["log"]);

        CommandResult result = ParityProcess.RunShell(folder.Root, "\"$0\" \"$1\" export log --format parquet | cat > runs.parquet");

        Assert.Equal(new CommandResult(0, "", ""), result);
        Assert.Equal(8, (await ExportTable.OfParquet(folder["runs.parquet"])).Rows.Count);
    }

    [Fact]
    public async Task A_log_without_runs_gives_the_schema()
    {
        SmallLog.Write(folder["log"], 0);
        CommandLine.Run("export", folder["log"], "--format", "parquet", "-o", folder["runs.parquet"]);

        ExportTable table = await ExportTable.OfParquet(folder["runs.parquet"]);
        Assert.Empty(table.Rows);
        Assert.Equal(["heldOutLoss", "log"], table.Names.TakeLast(2));
    }

    private static double Accuracy(long seed) => seed % 3 == 0 ? double.NaN : seed % 100 / 100.0;

    private void Write(string name, SweepSpec spec, long[] seeds)
    {
        using RunLogWriter log = RunLogWriter.Create(folder[name], spec);
        log.Start("cpu");
        log.Write([.. seeds.Select(seed => new RunRecord(0, seed, Outcome.Budget, seed % 5000, Accuracy(seed)))]);
    }
}
