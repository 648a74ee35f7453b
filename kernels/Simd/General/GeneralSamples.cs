using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ParityGpu.Kernels.Simd;

/// <summary>Where a worker's samples come from: the stream, a finite sample, the held-out samples, or all 2^n inputs.</summary>
internal unsafe struct GeneralSamples
{
    private const ulong NoWord = ulong.MaxValue;

    private readonly LaunchShape shape;
    private readonly GeneralWorkspace workspace;
    private readonly RunSettings settings;
    private readonly int* subset;
    private readonly int* tasks;
    private readonly uint* data;
    private readonly int rowWords;
    private SampleStream stream;
    private SampleTasks ofTasks;
    private EpochPermutation permutation;
    private ulong epoch = NoWord;

    /// <summary>Number in the run of the sample behind those whose points are found.</summary>
    private ulong aheadEnd;
    private ulong noiseWord = NoWord;
    private ulong nextNoiseWord = NoWord;
    private uint noise;
    private uint nextNoise;

    public GeneralSamples(
        in LaunchShape shape, in GeneralWorkspace workspace, RunSettings* settings, int* subset, int* tasks, uint* data)
    {
        this.shape = shape;
        this.workspace = workspace;
        this.settings = *settings;
        this.subset = subset;
        this.tasks = tasks;
        this.data = data;
        rowWords = RunLayout.RowWords(shape);
        var draws = new InputWords(settings, TaskLayout.RandomInputs(shape), workspace.LevelWords, workspace.InputStride);
        stream = new SampleStream(workspace.StreamWord, workspace.NextStreamWord, workspace.InputStride, draws);
        ofTasks = new SampleTasks(shape, *settings, tasks, workspace.TaskDraws);
    }

    /// <summary>Writes the points of the run's finite sample (NUMERICS.md).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void DrawData()
    {
        for (int first = 0; first < shape.Samples; first += Canon.WordSamples)
        {
            int samples = Math.Min(Canon.WordSamples, shape.Samples - first);
            stream.Fill(Inputs(0), (ulong)first, samples);
            FindTasks(0, (ulong)first, samples);
            workspace.Inputs[shape.Inputs] = settings.Noise > 0 ? DrawNoise((ulong)first / Canon.WordSamples) : 0;
            for (int word = 0; word < rowWords; word++)
            {
                uint* rows = workspace.Rows + (word * Canon.WordSamples);
                BitMatrix.Transpose(workspace.Inputs + (word * Canon.WordSamples), rows);
                for (int s = 0; s < samples; s++)
                    data[((long)(first + s) * rowWords) + word] = rows[s];
            }
        }
    }

    /// <summary>Puts a source's samples into words of the chunk.</summary>
    /// <param name="source">The source.</param>
    /// <param name="samples">Samples that the whole chunk takes.</param>
    /// <param name="first">First of the words.</param>
    /// <param name="end">Behind the last of them.</param>
    public void Draw(in SampleSource source, int samples, int first, int end)
    {
        switch (source.Kind)
        {
            case SampleKind.Training:
                DrawTraining(source.First, samples, first, end);
                break;
            case SampleKind.Points:
                DrawPoints((int)source.First, samples, first, end);
                break;
            case SampleKind.HeldOut:
                DrawHeldOut(source.Step, (int)source.First, first, end);
                break;
            case SampleKind.SingleTask:
                DrawTask(source, first, end);
                break;
            default:
                Enumerate((long)source.First, first, end);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DrawTraining(ulong start, int samples, int first, int end)
    {
        int firstSample = first * Canon.WordSamples;
        int endSample = Math.Min(samples, end * Canon.WordSamples);
        if (shape.Samples > 0)
            FindPoints(start + (ulong)firstSample, firstSample, endSample);
        else
            stream.Fill(Inputs(first), start + (ulong)firstSample, endSample - firstSample);

        for (int k = first; k < end; k++)
        {
            int count = Math.Min(Canon.WordSamples, samples - (k * Canon.WordSamples));
            ulong sample = start + ((ulong)k * Canon.WordSamples);
            if (shape.Samples > 0)
            {
                Gather(k, count);
                continue;
            }

            FindTasks(k, sample, count);
            Label(k, settings.Noise > 0 ? Noise(sample) : 0, count);
        }
    }

    private readonly void DrawPoints(int start, int samples, int first, int end)
    {
        for (int k = first; k < end; k++)
        {
            int count = Math.Min(Canon.WordSamples, samples - (k * Canon.WordSamples));
            for (int s = k * Canon.WordSamples; s < (k * Canon.WordSamples) + count; s++)
                workspace.Points[s] = (uint)(start + s);

            Gather(k, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DrawHeldOut(long step, int word, int first, int end)
    {
        stream.DrawHeldOut(Inputs(first), step, word + first, end - first);
        for (int k = first; k < end; k++)
        {
            if (shape.Tasks > 0)
            {
                ofTasks.FindHeldOut(Tasks(k), step, word + k);
                ofTasks.SetControls(Inputs(k), Tasks(k), Canon.WordSamples);
            }

            Label(k, 0, Canon.WordSamples);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void DrawTask(in SampleSource source, int first, int end)
    {
        stream.DrawTask(Inputs(first), source.Step, (int)source.First + first, end - first);
        for (int k = first; k < end; k++)
        {
            new Span<int>(Tasks(k), Canon.WordSamples).Fill(source.Task);
            ofTasks.SetControls(Inputs(k), Tasks(k), Canon.WordSamples);
            Label(k, 0, Canon.WordSamples);
        }
    }

    private readonly void Enumerate(long word, int first, int end)
    {
        for (int k = first; k < end; k++)
        {
            for (int i = 0; i < shape.Inputs; i++)
                Inputs(k)[i] = Enumeration.Word(word + k, i);

            Label(k, 0, Canon.WordSamples);
        }
    }

    private readonly uint* Inputs(int k) => workspace.Inputs + ((long)k * workspace.InputStride);

    private readonly int* Tasks(int k) => workspace.Tasks + (k * Canon.WordSamples);

    /// <summary>Finds the tasks of samples <paramref name="first"/> … of the training stream, in a word of the chunk, and sets their control bits.</summary>
    private void FindTasks(int k, ulong first, int count)
    {
        if (shape.Tasks > 0)
        {
            ofTasks.Find(Tasks(k), first, count);
            ofTasks.SetControls(Inputs(k), Tasks(k), count);
        }
    }

    /// <summary>χ_S of a monomial on a word of a chunk of so many samples: bit 1 means −1.</summary>
    public readonly uint Signs(Monomial monomial, int k, int samples) => shape.Tasks > 0
        ? ofTasks.Signs(monomial, Inputs(k), Tasks(k), Math.Min(Canon.WordSamples, samples - (k * Canon.WordSamples)))
        : Labels.OfMonomial(settings, monomial, new RelevantInputs(Inputs(k), subset));

    /// <summary>What follows from the inputs and tasks of a word's samples.</summary>
    private readonly void Label(int k, uint flips, int count)
    {
        uint label = shape.Tasks > 0 ? ofTasks.Labels(Inputs(k), Tasks(k), count) : Labels.Of(settings, new RelevantInputs(Inputs(k), subset));
        workspace.Labels[k] = label;
        workspace.NoisyLabels[k] = label ^ flips;
        if (shape.Tasks > 0)
            ofTasks.FirstControls(workspace.Controls + (k * Canon.WordSamples), Tasks(k), count);
    }

    /// <summary>
    /// Finds the points of the finite sample that samples of the chunk visit.
    /// </summary>
    /// <param name="sample">Number in the run of the first one.</param>
    /// <param name="first">Its place in the chunk.</param>
    /// <param name="end">Place behind the last one.</param>
    private void FindPoints(ulong sample, int first, int end)
    {
        for (; first < end; first++, sample++)
        {
            if (aheadEnd - sample - 1 >= EpochPoints.Most)
                LookAhead(sample);

            workspace.Points[first] = workspace.Ahead[EpochPoints.Most - (aheadEnd - sample)];
        }
    }

    /// <summary>Finds the points that samples from <paramref name="sample"/> on visit.</summary>
    private void LookAhead(ulong sample)
    {
        aheadEnd = sample + EpochPoints.Most;
        for (int done = 0; done < EpochPoints.Most;)
        {
            ulong turn = (sample + (ulong)done) / (ulong)shape.Samples;
            if (turn != epoch)
            {
                permutation = new EpochPermutation(settings.Seed, turn, shape.Samples);
                epoch = turn;
            }

            uint place = (uint)(sample + (ulong)done - (turn * (ulong)shape.Samples));
            int count = (int)Math.Min((uint)(EpochPoints.Most - done), (uint)shape.Samples - place);
            EpochPoints.Fill(workspace.Ahead + done, permutation, place, count);
            done += count;
        }
    }

    /// <summary>Puts points of the finite sample into a word of the chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Gather(int k, int count)
    {
        uint* points = workspace.Points + (k * Canon.WordSamples);
        for (int s = 0; shape.Tasks > 0 && s < count; s++)
            Tasks(k)[s] = TaskDraws.OfTraining(shape, settings, new TaskTable(tasks, Inputs(k)), points[s]);

        for (int word = 0; word < rowWords; word++)
        {
            uint* rows = workspace.Rows;
            for (int s = 0; s < count; s++)
                rows[s] = data[((long)points[s] * rowWords) + word];

            BitMatrix.Transpose(rows, Inputs(k) + (word * Canon.WordSamples));
        }

        Label(k, Inputs(k)[shape.Inputs], count);
    }

    /// <summary>Flips of the 32 samples from <paramref name="first"/> on.</summary>
    private uint Noise(ulong first)
    {
        ulong word = first / Canon.WordSamples;
        int shift = (int)(first % Canon.WordSamples);
        if (noiseWord != word)
        {
            noise = nextNoiseWord == word ? nextNoise : DrawNoise(word);
            noiseWord = word;
        }

        if (shift == 0)
            return noise;

        if (nextNoiseWord != word + 1)
        {
            nextNoise = DrawNoise(word + 1);
            nextNoiseWord = word + 1;
        }

        return SampleWindow.Realign(noise, nextNoise, shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly uint DrawNoise(ulong word)
    {
        PhiloxVectors.Fill(
            workspace.NoiseDraws, Canon.WordSamples / Canon.Group, word, RandomStreams.NoiseStream(), settings.Seed);
        uint flips = 0;
        for (int s = 0; s < Canon.WordSamples; s += Vector256<uint>.Count)
        {
            var below = Vector256.LessThan(Vector256.Load(workspace.NoiseDraws + s), Vector256.Create(settings.Noise));
            flips |= below.ExtractMostSignificantBits() << s;
        }

        return flips;
    }
}
