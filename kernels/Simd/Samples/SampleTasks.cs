using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels.Simd;

/// <summary>
/// The tasks of a CPU worker's samples, and the control bits and labels that follow from them, a word of 32 samples at a time. Successive samples of one
/// task are treated together: where batches are divided equally, that is most of a word.
/// </summary>
internal unsafe struct SampleTasks
{
    private const ulong NoWord = ulong.MaxValue;

    private readonly LaunchShape shape;
    private readonly RunSettings settings;
    private readonly int* tasks;
    private readonly uint* draws;
    private ulong drawnWord = NoWord;

    /// <param name="shape">Shape of the network.</param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="tasks">The run's tasks (<see cref="TaskLayout"/>).</param>
    /// <param name="draws">[32]: room for a word's draws.</param>
    public SampleTasks(in LaunchShape shape, in RunSettings settings, int* tasks, uint* draws)
    {
        this.shape = shape;
        this.settings = settings;
        this.tasks = tasks;
        this.draws = draws;
    }

    /// <summary>Finds the tasks of training samples <paramref name="first"/> … of the stream, in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(int* found, ulong first, int count)
    {
        if (settings.TaskRule > 0)
        {
            int place = (int)(first % (ulong)shape.Batch);
            for (int s = 0; s < count; s++)
            {
                found[s] = TaskDraws.OfPlace(settings, place);
                place = place + 1 < shape.Batch ? place + 1 : 0;
            }

            return;
        }

        for (int s = 0; s < count; s++)
        {
            ulong drawing = TaskDraws.Drawing(shape, settings, first + (ulong)s);
            ulong word = drawing / Canon.WordSamples;
            if (word != drawnWord)
                Draw(word, RandomStreams.TaskStream());

            drawnWord = word;
            found[s] = TaskDraws.Chosen(shape, new TaskTable(tasks, null), draws[drawing % Canon.WordSamples]);
        }
    }

    /// <summary>Finds the tasks of word <paramref name="word"/> of the held-out samples after <paramref name="step"/> steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FindHeldOut(int* found, long step, int word)
    {
        drawnWord = NoWord;
        Draw(RandomStreams.EntryOfStep((ulong)step, (uint)word), RandomStreams.HeldOutTaskStream((ulong)step));
        for (int s = 0; s < Canon.WordSamples; s++)
            found[s] = TaskDraws.Chosen(shape, new TaskTable(tasks, null), draws[s]);
    }

    /// <summary>The first control bit of each sample, as its number among the inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void FirstControls(int* controls, int* found, int count)
    {
        for (int s = 0; s < count; s++)
            controls[s] = tasks[TaskLayout.Control(shape, found[s], 0)];
    }

    /// <summary>Writes the control bits of a word's samples behind the other inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void SetControls(uint* inputs, int* found, int count)
    {
        new Span<uint>(inputs + TaskLayout.RandomInputs(shape), shape.Controls).Clear();
        for (int s = 0; s < count;)
        {
            int task = found[s];
            uint span = Span(found, ref s, count);
            for (int index = 0; index < shape.TaskControls; index++)
            {
                int control = tasks[TaskLayout.Control(shape, task, index)];
                if (control != TaskLayout.None)
                    inputs[control] |= span;
            }
        }
    }

    /// <summary>The labels of a word's samples: bit 1 means −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly uint Labels(uint* inputs, int* found, int count)
    {
        uint labels = 0;
        for (int s = 0; s < count;)
        {
            int task = found[s];
            uint span = Span(found, ref s, count);
            labels |= TaskDraws.Labels(shape, new TaskTable(tasks, inputs), task) & span;
        }

        return labels;
    }

    /// <summary>χ_S of a monomial, over the inputs of each sample's task, on a word's samples: bit 1 means −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly uint Signs(Monomial monomial, uint* inputs, int* found, int count)
    {
        uint signs = 0;
        for (int s = 0; s < count;)
        {
            var ofTask = new TaskInputs<TaskTable>(shape, new TaskTable(tasks, inputs), found[s]);
            signs |= Kernels.Labels.OfMonomial(settings, monomial, ofTask) & Span(found, ref s, count);
        }

        return signs;
    }

    /// <summary>The bits of sample <paramref name="s"/> and those of the same task that follow it; then moves behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Span(int* found, ref int s, int count)
    {
        int first = s;
        do
            s++;
        while (s < count && found[s] == found[first]);

        return Canon.ValidSamples(0, s) & ~Canon.ValidSamples(0, first);
    }

    private readonly void Draw(ulong entry, uint stream) =>
        PhiloxVectors.Fill(draws, Canon.WordSamples / Canon.Group, entry, stream, settings.Seed);
}
