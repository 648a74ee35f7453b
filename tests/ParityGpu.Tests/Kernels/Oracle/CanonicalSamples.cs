using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Kernels;

/// <summary>One sample: inputs ±1, the true label, the label it is trained on, and χ_S = ±1 of each monomial of a polynomial target.</summary>
internal sealed record CanonicalSample(int[] X, float Label, float Trained, int[] Signs);

/// <summary>NUMERICS.md on samples, noise and finite samples: sample number q of a run, whatever the batch.</summary>
internal sealed class CanonicalSamples(Point point, RunSettings settings, int[] subset, Monomial[] monomials)
{
    private const int Rounds = 8;

    private readonly int points = point.Samples;
    private readonly PlannedTask[] tasks = TaskPlan.Of(point);

    /// <summary>Sample number <paramref name="q"/> that a run trains on.</summary>
    public CanonicalSample Training(ulong q) => points == 0 ? Stream(q) : Stream(Place(q / (ulong)points, (int)(q % (ulong)points)));

    /// <summary>Sample <paramref name="q"/> of the training stream, in the order it is drawn.</summary>
    public CanonicalSample Stream(ulong q)
    {
        int bit = (int)(q % 32);
        ulong step = q / (ulong)point.Batch;
        ulong drawing = step < (ulong)point.SingleSteps ? step * (ulong)point.Batch : q;
        var task = point.TaskBatch == TaskBatch.Equal
            ? tasks[(int)(q % (ulong)point.Batch) / (point.Batch / tasks.Length)]
            : TaskOf(RandomStreams.TaskWord(settings.Seed, drawing / 32, (uint)(drawing % 32 / 4)).Word((int)(drawing % 4)));
        var phase = point.InputPhases.Last(phase => (ulong)phase.From <= step);
        var sample = Of(task, i => (InputWord(q / 32, i, phase) >> bit) & 1);
        uint noise = RandomStreams.NoiseWord(settings.Seed, q / 32, (uint)(bit / 4)).Word(bit % 4);
        return noise < settings.Noise ? sample with { Trained = -sample.Label } : sample;
    }

    /// <summary>Input i of the 32 training samples of a word, as it would be if all of them were of one phase.</summary>
    private uint InputWord(ulong word, int i, InputSchedule.Phase phase)
    {
        uint Level(int level) => level == 0
            ? RandomStreams.SampleWord(settings.Seed, word, (uint)(i / 4)).Word(i % 4)
            : RandomStreams.InputLevel(settings.Seed, word, (uint)(i / 4), level).Word(i % 4);
        if (!phase.IsBiased)
            return Level(0);

        uint chosen = WithProbability(RunPlan.Probability(1 - phase.Mixture), l => RandomStreams.MixtureLevels(settings.Seed, word, (uint)(l / 4)).Word(l % 4));
        return (chosen & Level(0)) | (~chosen & WithProbability(RunPlan.Probability(phase.Bias), Level));
    }

    /// <summary>Bits that are 1 with a probability of P/2^32: from the lowest digit of P to the highest, OR where it is 1, AND where it is 0.</summary>
    private static uint WithProbability(uint probability, Func<int, uint> level)
    {
        uint bits = 0;
        for (int l = 31; l >= 0; l--)
            bits = ((probability >> (31 - l)) & 1) == 1 ? level(l) | bits : level(l) & bits;

        return bits;
    }

    /// <summary>Held-out sample <paramref name="q"/> after <paramref name="step"/> steps.</summary>
    public CanonicalSample HeldOut(ulong step, int q) => Of(
        TaskOf(RandomStreams.HeldOutTaskWord(settings.Seed, step, (uint)(q / 32), (uint)(q % 32 / 4)).Word(q % 4)),
        i => (RandomStreams.HeldOutWord(settings.Seed, step, (uint)(q / 32), (uint)(i / 4)).Word(i % 4) >> (q % 32)) & 1);

    /// <summary>Input vector number <paramref name="number"/> of all 2^n: its bits are the inputs'.</summary>
    public CanonicalSample Enumerated(long number) => Of(null, i => (uint)(number >> i) & 1);

    /// <summary>Sample <paramref name="q"/> of a task in a measurement after <paramref name="step"/> steps.</summary>
    public CanonicalSample OfTask(ulong step, int task, int q) => Of(tasks[task], i =>
    {
        int word = (task * ((settings.TaskSamples + 31) / 32)) + (q / 32);
        return (RandomStreams.TaskSampleWord(settings.Seed, step, (uint)word, (uint)(i / 4)).Word(i % 4) >> (q % 32)) & 1;
    });

    /// <summary>The task in whose share of 2^32 a random word lies; null where there are none.</summary>
    private PlannedTask? TaskOf(uint word)
    {
        double above = 0;
        return tasks.FirstOrDefault(task => word < Math.Min(Math.Round((above += task.Frequency) * 4294967296.0), 4294967295.0)) ?? tasks.LastOrDefault();
    }

    /// <summary>π_e(place): the Feistel permutation of an epoch, repeated until it falls below m.</summary>
    private ulong Place(ulong epoch, int place)
    {
        int half = 1;
        while (1L << (2 * half) < points)
            half++;

        uint mask = (1u << half) - 1;
        uint number = (uint)place;
        do
        {
            uint a = number >> half;
            uint c = number & mask;
            for (int round = 0; round < Rounds; round++)
            {
                uint key = RandomStreams.PermutationKeys(settings.Seed, epoch, (uint)(round / 4)).Word(round % 4);
                (a, c) = (c, a ^ (Mixed(c ^ key) & mask));
            }

            number = (a << half) | c;
        }
        while (number >= (uint)points);

        return number;
    }

    private static uint Mixed(uint x)
    {
        x ^= x >> 12;
        x = unchecked(x * 0x2C1B3C6Du);
        return x ^ (x >> 15);
    }

    private CanonicalSample Of(PlannedTask? task, Func<int, uint> bit)
    {
        int[] x = [.. Enumerable.Range(0, point.N).Select(i => bit(i) == 1 ? -1 : 1), .. Enumerable.Repeat(1, point.Tasks.Controls)];
        foreach (int control in task?.Controls ?? [])
            x[control] = -1;

        int[] relevant = task?.Inputs ?? subset;
        int[] signs = [.. monomials.Select(monomial => Parity(x, relevant.Where((_, q) => q < Monomial.MostInputs && (monomial.Inputs >> q & 1) == 1)))];
        float label = monomials.Length == 0 ? Parity(x, relevant) : monomials.Zip(signs).Aggregate(0f, (sum, term) => sum + (term.First.Coefficient * term.Second));
        return new CanonicalSample(x, label, label, signs);
    }

    private static int Parity(int[] x, IEnumerable<int> inputs) => inputs.Aggregate(1, (product, i) => product * x[i]);
}
