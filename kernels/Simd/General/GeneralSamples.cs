using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>Where a worker's samples come from: the stream, a finite sample, the held-out samples, or all 2^n inputs.</summary>
internal unsafe struct GeneralSamples
{
    private const ulong NoWord = ulong.MaxValue;

    private readonly LaunchShape shape;
    private readonly GeneralWorkspace workspace;
    private readonly RunSettings settings;
    private readonly int* subset;
    private readonly uint* data;
    private readonly int rowWords;
    private SampleStream stream;
    private EpochPermutation permutation;
    private ulong epoch = NoWord;
    private ulong noiseWord = NoWord;
    private ulong nextNoiseWord = NoWord;
    private uint noise;
    private uint nextNoise;

    public GeneralSamples(
        in LaunchShape shape, in GeneralWorkspace workspace, in RunSettings settings, int* subset, uint* data)
    {
        this.shape = shape;
        this.workspace = workspace;
        this.settings = settings;
        this.subset = subset;
        this.data = data;
        rowWords = RunLayout.RowWords(shape);
        var draws = new InputWords(settings, shape.Inputs, workspace.LevelWords, workspace.InputStride);
        stream = new SampleStream(workspace.StreamWord, workspace.NextStreamWord, workspace.InputStride, draws);
    }

    /// <summary>Writes the points of the run's finite sample (NUMERICS.md).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void DrawData()
    {
        for (int first = 0; first < shape.Samples; first += Canon.WordSamples)
        {
            int samples = Math.Min(Canon.WordSamples, shape.Samples - first);
            stream.Fill(workspace.Inputs, (ulong)first, samples);
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

    /// <summary>Training samples <paramref name="first"/> … of the run into the chunk, in batch order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void DrawTraining(ulong first, int samples)
    {
        for (int k = 0; k * Canon.WordSamples < samples; k++)
        {
            int count = Math.Min(Canon.WordSamples, samples - (k * Canon.WordSamples));
            ulong start = first + ((ulong)k * Canon.WordSamples);
            uint* inputs = workspace.Inputs + ((long)k * workspace.InputStride);
            if (shape.Samples > 0)
            {
                for (int s = 0; s < count; s++)
                    Gather(s, Place(start + (ulong)s));

                FinishGather(k);
            }
            else
            {
                stream.Fill(inputs, start, count);
                Label(k, settings.Noise > 0 ? Noise(start) : 0);
            }
        }
    }

    /// <summary>Points <paramref name="first"/> … of the finite sample itself into the chunk.</summary>
    public void DrawPoints(int first, int samples)
    {
        for (int k = 0; k * Canon.WordSamples < samples; k++)
        {
            for (int s = 0; s < Math.Min(Canon.WordSamples, samples - (k * Canon.WordSamples)); s++)
                Gather(s, (uint)(first + (k * Canon.WordSamples) + s));

            FinishGather(k);
        }
    }

    /// <summary>Held-out words <paramref name="word"/> … of the run after <paramref name="step"/> steps into the chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void DrawHeldOut(long step, int word, int words)
    {
        for (int k = 0; k < words; k++)
        {
            stream.DrawHeldOut(workspace.Inputs + ((long)k * workspace.InputStride), step, word + k);
            Label(k, 0);
        }
    }

    /// <summary>Words <paramref name="word"/> … of all 2^n inputs in binary order into the chunk.</summary>
    public readonly void Enumerate(long word, int words)
    {
        for (int k = 0; k < words; k++)
        {
            for (int i = 0; i < shape.Inputs; i++)
                workspace.Inputs[((long)k * workspace.InputStride) + i] = Enumeration.Word(word + k, i);

            Label(k, 0);
        }
    }

    private readonly void Label(int k, uint flips)
    {
        uint label = Labels.Of(settings, new RelevantInputs(workspace.Inputs + ((long)k * workspace.InputStride), subset));
        workspace.Labels[k] = label;
        workspace.NoisyLabels[k] = label ^ flips;
    }

    /// <summary>The point that sample number <paramref name="sample"/> of the run is.</summary>
    private uint Place(ulong sample)
    {
        ulong turn = sample / (ulong)shape.Samples;
        if (turn != epoch)
        {
            permutation = new EpochPermutation(settings.Seed, turn, shape.Samples);
            epoch = turn;
        }

        return permutation.Point((uint)(sample - (turn * (ulong)shape.Samples)));
    }

    private readonly void Gather(int sample, uint point)
    {
        for (int word = 0; word < rowWords; word++)
            workspace.Rows[(word * Canon.WordSamples) + sample] = data[((long)point * rowWords) + word];
    }

    private readonly void FinishGather(int k)
    {
        uint* inputs = workspace.Inputs + ((long)k * workspace.InputStride);
        for (int word = 0; word < rowWords; word++)
            BitMatrix.Transpose(workspace.Rows + (word * Canon.WordSamples), inputs + (word * Canon.WordSamples));

        Label(k, inputs[shape.Inputs]);
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
            workspace.NoiseDraws,
            Canon.WordSamples / Canon.Group,
            (uint)word,
            (uint)(word >> 32),
            RandomStreams.NoiseStream(),
            settings.Seed);
        uint flips = 0;
        for (int s = 0; s < Canon.WordSamples; s++)
            flips |= (workspace.NoiseDraws[s] < settings.Noise ? 1u : 0u) << s;

        return flips;
    }
}
