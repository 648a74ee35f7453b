using System.CommandLine;
using System.Globalization;
using ParityGpu.Specs;

namespace ParityGpu.Cli.Cluster;

/// <summary>--shard: the part of a sweep that a process trains, given by the user or determined from the cluster's environment.</summary>
internal sealed class ShardOption
{
    /// <summary>Number of shards, for clusters that do not give it or give only that of a part of the tasks.</summary>
    public const string CountVariable = "PARITY_SHARDS";

    private const string Allowed = "i/N with i from 0 to N-1, or auto";

    /// <summary>The option to add to a command.</summary>
    public Option<string?> Option { get; } = new("--shard")
    {
        Description = "train the i-th of N equal parts, counted from 0; auto takes i and N from Slurm or Kubernetes",
        HelpName = "i/N|auto",
    };

    /// <summary>The shard of a command line; the whole sweep where there is none.</summary>
    /// <exception cref="UserErrorException">It is not a shard, or the environment does not say which.</exception>
    public Shard Read(ParseResult parsed) => parsed.GetValue(Option) switch
    {
        null => Shard.Whole,
        "auto" => FromEnvironment(Environment.GetEnvironmentVariable),
        string text => Shard.TryParse(text)
            ?? throw new UserErrorException($"--shard {(text.Length == 0 ? "''" : SpecSetting.Echo(text))}: must be {Allowed}"),
    };

    /// <summary>
    /// The shard that a task of a Slurm job array, or a pod of an indexed Kubernetes job, trains.
    /// </summary>
    /// <param name="variable">Reads an environment variable; null where it is not set.</param>
    /// <exception cref="UserErrorException">The variables are missing or contradict each other.</exception>
    public static Shard FromEnvironment(Func<string, string?> variable)
    {
        bool slurm = variable("SLURM_ARRAY_TASK_ID") is not null;
        bool kubernetes = variable("JOB_COMPLETION_INDEX") is not null;
        if (slurm == kubernetes)
        {
            throw new UserErrorException(
                $"--shard auto: {(slurm ? "both" : "neither")} SLURM_ARRAY_TASK_ID {(slurm ? "and" : "nor")} JOB_COMPLETION_INDEX "
                + $"{(slurm ? "are" : "is")} set; must be exactly one of them, or --shard i/N");
        }

        string indexName = slurm ? "SLURM_ARRAY_TASK_ID" : "JOB_COMPLETION_INDEX";
        if (variable(CountVariable) is not null)
            return Checked(Number(variable, indexName), Number(variable, CountVariable), indexName, CountVariable);

        if (kubernetes)
        {
            throw new UserErrorException(
                $"--shard auto: {CountVariable} is not set; must be the job's number of completions, or --shard i/N");
        }

        // Only a whole array gives the number of shards: if part of it is resubmitted, Slurm gives the size of that part.
        int least = Number(variable, "SLURM_ARRAY_TASK_MIN");
        int count = Number(variable, "SLURM_ARRAY_TASK_COUNT");
        bool whole = least is 0 or 1 && count > 1 && Number(variable, "SLURM_ARRAY_TASK_MAX") - least == count - 1;
        if (!whole)
        {
            throw new UserErrorException(
                $"--shard auto: the array is not --array=0-M or 1-M, perhaps only part of one; must be a whole array, or {CountVariable} must be set to "
                + "the number of shards (numbered from 0)");
        }

        return Checked(Number(variable, indexName) - least, count, indexName, "SLURM_ARRAY_TASK_COUNT");
    }

    private static Shard Checked(int index, int count, string indexName, string countName) =>
        Shard.IsValid(index, count)
            ? new Shard(index, count)
            : throw new UserErrorException($"--shard auto: {indexName} makes it {index}/{count}; must be from 0 to {countName} - 1");

    private static int Number(Func<string, string?> variable, string name)
    {
        string text = variable(name) ?? "";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new UserErrorException($"--shard auto: {name} is '{SpecSetting.Echo(text)}'; must be an integer of at least 0");
    }
}
