using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ParityGpu.Cli.Cluster;

/// <summary>parity kubernetes: the manifest of an indexed job that trains a sweep.</summary>
internal sealed partial class KubernetesCommand
{
    /// <summary>Maximum number of concurrent pods in an indexed job.</summary>
    private const int MaxTasks = 100_000;

    /// <summary>How often a shard's pod is restarted before the shard counts as failed.</summary>
    private const int Retries = 10;

    private readonly ClusterJob job = new(MaxTasks, "/shards");

    private readonly Option<string?> image = ClusterJob.Text(
        "--image", "container image with parity on its PATH", "name", Image(), "the name of an image");

    private readonly Option<string?> claim = ClusterJob.Text(
        "--claim", "persistent volume claim for the logs, writable by several nodes", "name", Label(), LabelAllowed);

    private readonly Option<string?> name = ClusterJob.Text(
        "--name", "name of the job [default: parity-sweep]", "name", Label(), LabelAllowed);

    private const string LabelAllowed = "at most 50 lower-case letters, digits and -";

    private KubernetesCommand()
    {
        image.Required = true;
        claim.Required = true;
    }

    public static Command Create()
    {
        var kubernetes = new KubernetesCommand();
        var command = new Command("kubernetes", "Writes an indexed job for Kubernetes that trains a sweep in shards, one pod each.");
        kubernetes.job.AddTo(command, kubernetes.image, kubernetes.claim, kubernetes.name);
        command.SetAction(parsed => kubernetes.job.Write(
            parsed, tasks => kubernetes.Manifest(parsed, tasks), (path, _) => $"kubectl apply -f {path}"));
        return command;
    }

    private string Manifest(ParseResult parsed, ClusterTasks tasks)
    {
        if (!tasks.Folder.StartsWith('/') || tasks.Folder.Length == 1 || tasks.Folder.AsSpan().ContainsAny(":$"))
            throw new UserErrorException($"--folder {tasks.Folder}: must be an absolute path below /, where the claim is mounted, without : or $");

        var yaml = new StringBuilder();
        Line($"# A sweep of {tasks.Description}, one pod and one log each. Submit with: kubectl apply -f THIS_FILE");
        Line("# A pod that dies is restarted and continues where it stopped. So does the whole job if it is deleted and submitted again.");
        Line("# Afterwards, run this where the logs are; merge names the shards that lack runs, if any:");
        Line($"#   {tasks.Merge}");
        Line("# Needs Kubernetes 1.29 or later.");
        Line("apiVersion: batch/v1");
        Line("kind: Job");
        Line("metadata:");
        Line($"  name: {Quote(parsed.GetValue(name) ?? "parity-sweep")}");
        Line("spec:");
        Line("  completionMode: Indexed");
        Line($"  completions: {tasks.Count}");
        Line($"  parallelism: {tasks.AtOnce ?? tasks.Count}");
        Line($"  backoffLimitPerIndex: {Retries}");
        Line("  # Start a new pod only once the old one has ended and released its log.");
        Line("  podReplacementPolicy: Failed");
        Line("  podFailurePolicy:");
        Line("    rules:");
        Line("      # Preempted, evicted and drained pods did not fail.");
        Line("      - action: Ignore");
        Line("        onPodConditions:");
        Line("          - type: DisruptionTarget");
        Line("      # Retrying does not help with a wrong option, a damaged log or a bug. Other failures, such as a full disk or a lost device, may be temporary.");
        Line("      - action: FailIndex");
        Line("        onExitCodes:");
        Line("          containerName: parity");
        Line("          operator: In");
        Line($"          values: [{ExitCodes.Failed}, {ExitCodes.UserError}, {ExitCodes.InternalError}]");
        Line("  template:");
        Line("    spec:");
        Line("      restartPolicy: Never");
        Line("      containers:");
        Line("        - name: parity");
        Line($"          image: {Quote(parsed.GetValue(image)!)}");
        Line("          command: [\"parity\", \"sweep\"]");
        Line("          # Kubernetes sets JOB_COMPLETION_INDEX to the shard and replaces $(JOB_COMPLETION_INDEX) with it.");
        Line("          args:");
        foreach ((string option, string value) in Arguments(tasks))
            Line(value.Length == 0 ? $"            - {Quote(option)}" : $"            - {Quote(option)}\n            - {Quote(value)}");

        Line("          env:");
        Line($"            - name: {ShardOption.CountVariable}");
        Line($"              value: {Quote($"{tasks.Count}")}");
        Line("          resources:");
        Line("            limits:");
        Line($"              cpu: {Quote($"{tasks.Cpus}")}");
        if (tasks.Memory is { } memory)
            Line($"              memory: {Quote(memory + "i")}");

        if (tasks.Gpus is { } gpus)
            Line($"              nvidia.com/gpu: {Quote($"{gpus}")}");

        Line("          volumeMounts:");
        Line("            - name: shards");
        Line($"              mountPath: {Quote(tasks.Folder)}");
        Line("      volumes:");
        Line("        - name: shards");
        Line("          persistentVolumeClaim:");
        Line($"            claimName: {Quote(parsed.GetValue(claim)!)}");
        return yaml.ToString();

        void Line(string text) => yaml.Append(text).Append('\n');
    }

    private static IEnumerable<(string Option, string Value)> Arguments(ClusterTasks tasks) =>
    [
        .. tasks.Options(),
        ("--threads", $"{tasks.Cpus}"),
        ("--shard", "auto"),
        ("--log", $"{tasks.Folder}/shard-$(JOB_COMPLETION_INDEX).msgpack"),
        ("--resume", ""),
    ];

    /// <summary>A text as a JSON string, which YAML also reads.</summary>
    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:/@-]*\z")]
    private static partial Regex Image();

    [GeneratedRegex(@"\A(?=.{1,50}\z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\z")]
    private static partial Regex Label();
}
