using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;
using ParityGpu.Verification;

namespace ParityGpu.RandomSpecs;

/// <summary>A short text that changes with any bit of any record or curve of a sweep.</summary>
public static class RunDigest
{
    private const int Bytes = 8;

    /// <summary>The digest of runs in whatever order, 16 hexadecimal digits.</summary>
    public static string Of(IEnumerable<FinishedRun> runs)
    {
        var text = new StringBuilder();
        foreach (FinishedRun run in runs.OrderBy(run => run.Record.Point).ThenBy(run => run.Record.Seed))
        {
            // As text, because it tells −0 from 0 and does not tell NaN from NaN.
            text.Append(Text(run.Record)).Append('\n');
            text.AppendJoin('\n', run.Curve?.Points.Select(point => Text(point)) ?? []).Append('\n');
            text.AppendJoin('\n', run.Curve?.Tasks.Select(task => task.ToString()) ?? []);
            text.AppendJoin('\n', run.Curve?.TaskCurves.Select(loss => loss.ToString(CultureInfo.InvariantCulture)) ?? []);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, Bytes));
    }

    /// <summary>A record or a curve's point, without what only those of polynomial targets and those with norms have: digests are older than that.</summary>
    private static string Text(object value) => value.ToString()!
        .Replace($", Norms = {ParameterNorms.None}", "", StringComparison.Ordinal).Replace($", Means = {MonomialMeans.None}", "", StringComparison.Ordinal).Replace(", Loss = NaN", "", StringComparison.Ordinal);
}
