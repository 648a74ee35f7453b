namespace ParityGpu.Kernels.Simt;

/// <summary>Draws 32 samples at a time into a slot's scratch; the threads of a group share the generator calls.</summary>
internal static class GeneralSamples
{
    /// <summary>Entry that holds the window's flips; the entries before it hold the noise of two stream words.</summary>
    public const int WindowFlips = 2 * FlipBlocks;

    /// <summary>Generator calls for the noise of a word.</summary>
    private const int FlipBlocks = Canon.WordSamples / 4;

    /// <summary>
    /// Fills the window and its flips. All threads call this together.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="memory">Shared memory of the group.</param>
    /// <param name="source">A <see cref="SampleSource"/>.</param>
    /// <param name="first">Number of the first sample in the run's stream or order.</param>
    /// <param name="step">Steps taken, for held-out samples.</param>
    /// <param name="word">Number of the word, for samples that are not trained on.</param>
    /// <param name="measures">Whether the source may be <see cref="SampleSource.TaskByTask"/>: a constant of the kernel, because code that a kernel
    /// does not use still costs registers.</param>
    /// <param name="finite">Whether all parameters are.</param>
    public static void Draw(
        GeneralSlot run, GeneralMemory memory, int source, ulong first, long step, int word, bool measures, bool finite)
    {
        bool gathered = source == (int)SampleSource.Shuffled || source == (int)SampleSource.Ordered;
        if (gathered)
            FindPlaces(run, memory, source, first);
        else if (source == (int)SampleSource.Everything)
            Enumerate(run, word);
        else
            Generate(run, memory, source, first, step, word, measures);

        if (run.HasTasks)
            FindTasks(run, memory, source, first, step, word, measures);

        if (run.HasTasks && run.Thread.Index == 0)
            memory.Multiplied[0] = finite ? TaskLayout.FirstRow(run.Shape) : run.Shape.Inputs;

        GroupBarrier.Barrier();
        if (gathered)
            Gather(run, memory);
        else if (run.HasTasks && run.Shape.TaskControls == 1)
            SetControl(run, memory);
        else if (run.HasTasks)
            SetControls(run, memory);

        if (!gathered && run.Thread.Index == 0)
            memory.Flips[WindowFlips] = source == (int)SampleSource.Stream ? Realigned(run, memory, first) : 0;

        GroupBarrier.Barrier();
    }

    /// <summary>True labels of the window, if samples belong to tasks those of the thread's samples only: bit 1 means −1.</summary>
    public static uint WindowLabels(GeneralSlot run, GeneralMemory memory)
    {
        if (!run.HasTasks)
            return Labels.Of(run.Settings, new RelevantInputs(run.Scratch.Window, run.Subset));

        uint labels = 0;
        for (int sample = run.Thread.Index; sample < Canon.WordSamples; sample += run.Thread.Count)
            labels |= TaskDraws.Labels(run.Shape, Table(run), memory.Tasks[sample]) & (1u << sample);

        return labels;
    }

    /// <summary>The run's tasks and the window's inputs.</summary>
    public static TaskTable Table(GeneralSlot run) => new(run.Tasks, run.Scratch.Window);

    /// <summary>Stores the window's samples as the points of word <paramref name="word"/> of the finite sample.</summary>
    public static void Keep(GeneralSlot run, GeneralMemory memory, int word)
    {
        int rowWords = RunLayout.RowWords(run.Shape);
        int n = run.Shape.Inputs;
        int first = word * Canon.WordSamples;
        int count = Math.Min(run.Shape.Samples - first, Canon.WordSamples);
        uint flips = memory.Flips[WindowFlips];
        for (int index = run.Thread.Index; index < count * rowWords; index += run.Thread.Count)
        {
            int sample = index / rowWords;
            int start = (index - (sample * rowWords)) * Canon.WordSamples;
            int end = Math.Min(start + Canon.WordSamples, n);
            uint row = 0;
            for (int i = start; i < end; i++)
                row |= ((run.Scratch.Window[i] >> sample) & 1) << (i - start);

            bool last = n - start < Canon.WordSamples;
            row |= last ? ((flips >> sample) & 1) << (n - start) : 0;
            run.Data[((long)first * rowWords) + index] = row;
        }
    }

    private static void Generate(GeneralSlot run, GeneralMemory memory, int source, ulong first, long step, int word, bool measures)
    {
        ulong seed = run.Settings.Seed;
        ulong low = first / Canon.WordSamples;
        int shift = (int)(first % Canon.WordSamples);
        bool ofTask = measures && !run.Attends && source == (int)SampleSource.TaskByTask;
        bool heldOut = source == (int)SampleSource.HeldOut || ofTask;
        int inputs = run.Attends ? run.Shape.Inputs : TaskLayout.RandomInputs(run.Shape);
        int parts = heldOut || shift == 0 ? 1 : 2;
        var quads = run.Scratch.Window.Cast<WordQuad>();
        for (int group = run.Thread.Index; group < Canon.Groups(inputs); group += run.Thread.Count)
        {
            // A loop, so that the code of a draw appears only once.
            var words = default(WordQuad);
            for (int part = 0; part < parts; part++)
            {
                var drawn = heldOut
                    ? RandomStreams.OfStep(seed, (ulong)step, (uint)word, (uint)group, StreamOf(ofTask, step))
                    : InputDistribution.Training(run.Stored, low + (ulong)part, (uint)group);
                words = part == 0 ? drawn : SampleWindow.Realign(words, drawn, shift);
            }

            quads[group] = words;
        }

        if (run.HasTasks)
            ClearControls(run);

        uint noise = run.Settings.Noise;
        int blocks = heldOut || noise == 0 ? 0 : WindowFlips;
        for (int block = run.Thread.Index; block < blocks; block += run.Thread.Count)
        {
            var words = RandomStreams.NoiseWord(seed, low + (ulong)(block / FlipBlocks), (uint)(block % FlipBlocks));
            memory.Flips[block] = (words.W0 < noise ? 1u : 0u) | (words.W1 < noise ? 2u : 0u)
                | (words.W2 < noise ? 4u : 0u) | (words.W3 < noise ? 8u : 0u);
        }
    }

    /// <summary>The stream of held-out or single-task inputs.</summary>
    private static uint StreamOf(bool ofTask, long step) =>
        ofTask ? RandomStreams.TaskSampleStream((ulong)step) : RandomStreams.HeldOutStream((ulong)step);

    /// <summary>The tasks of the window's samples, once their places are found; each sample stays with the same thread.</summary>
    private static void FindTasks(GeneralSlot run, GeneralMemory memory, int source, ulong first, long step, int word, bool measures)
    {
        bool gathered = source == (int)SampleSource.Shuffled || source == (int)SampleSource.Ordered;
        for (int sample = run.Thread.Index; sample < Canon.WordSamples; sample += run.Thread.Count)
        {
            ulong number = gathered ? memory.Places[sample] : first + (ulong)sample;
            int task = measures && source == (int)SampleSource.TaskByTask
                ? word / Canon.Words(run.Stored[0].TaskSamples)
                : source == (int)SampleSource.HeldOut
                    ? TaskDraws.OfHeldOut(run.Shape, run.Settings, Table(run), step, word, sample)
                    : TaskDraws.OfTraining(run.Shape, run.Settings, Table(run), number);
            memory.Tasks[sample] = task;
            memory.Controls[sample] = run.Tasks[TaskLayout.Control(run.Shape, task, 0)];
        }
    }

    /// <summary>Clears the control bits, those in the last group of random inputs by the thread that drew the group.</summary>
    private static void ClearControls(GeneralSlot run)
    {
        int inputs = TaskLayout.RandomInputs(run.Shape);
        int groups = Canon.Groups(inputs);
        int drawn = run.Thread.Index == (groups - 1) % run.Thread.Count ? Canon.Group * groups : inputs;
        for (int control = inputs; control < drawn; control++)
            run.Scratch.Window[control] = 0;

        for (int control = (Canon.Group * groups) + run.Thread.Index; control < run.Shape.Inputs; control += run.Thread.Count)
            run.Scratch.Window[control] = 0;
    }

    /// <summary>The control bit of each of the window's samples, once all bits are cleared; a sample per thread.</summary>
    private static void SetControl(GeneralSlot run, GeneralMemory memory)
    {
        for (int sample = run.Thread.Index; sample < Canon.WordSamples; sample += run.Thread.Count)
        {
            int control = memory.Controls[sample];
            uint bits = 0;
            for (int other = 0; other < Canon.WordSamples; other++)
                bits |= memory.Controls[other] == control ? 1u << other : 0;

            run.Scratch.Window[control] = bits;
        }
    }

    /// <summary>The control bits of the window's samples, of which each has any number; a bit per thread.</summary>
    private static void SetControls(GeneralSlot run, GeneralMemory memory)
    {
        for (int control = TaskLayout.RandomInputs(run.Shape) + run.Thread.Index; control < run.Shape.Inputs; control += run.Thread.Count)
        {
            uint bits = 0;
            for (int sample = 0; sample < Canon.WordSamples; sample++)
            {
                for (int index = 0; index < run.Shape.TaskControls; index++)
                    bits |= run.Tasks[TaskLayout.Control(run.Shape, memory.Tasks[sample], index)] == control ? 1u << sample : 0;
            }

            run.Scratch.Window[control] = bits;
        }
    }

    /// <summary>The flips of the window from those of the two stream words it touches.</summary>
    private static uint Realigned(GeneralSlot run, GeneralMemory memory, ulong first)
    {
        uint low = 0;
        uint high = 0;
        int blocks = run.Settings.Noise == 0 ? 0 : FlipBlocks;
        for (int block = 0; block < blocks; block++)
        {
            low |= memory.Flips[block] << (4 * block);
            high |= memory.Flips[FlipBlocks + block] << (4 * block);
        }

        return SampleWindow.Realign(low, high, (int)(first % Canon.WordSamples));
    }

    private static void Enumerate(GeneralSlot run, int word)
    {
        for (int i = run.Thread.Index; i < run.Shape.Inputs; i += run.Thread.Count)
            run.Scratch.Window[i] = Simd.Enumeration.Word(word, i);
    }

    private static void FindPlaces(GeneralSlot run, GeneralMemory memory, int source, ulong first)
    {
        // At least one point: PoCL also executes this for sources without points and discards the result.
        ulong points = (ulong)Math.Max(run.Shape.Samples, 1);
        for (int sample = run.Thread.Index; sample < Canon.WordSamples; sample += run.Thread.Count)
        {
            ulong number = first + (ulong)sample;
            ulong epoch = number / points;
            uint place = (uint)(number - (epoch * points));
            memory.Places[sample] = source == (int)SampleSource.Shuffled
                ? new EpochPermutation(run.Settings.Seed, epoch, (int)points).Point(place)
                : place;
        }
    }

    private static void Gather(GeneralSlot run, GeneralMemory memory)
    {
        int n = run.Shape.Inputs;
        int rowWords = RunLayout.RowWords(run.Shape);
        for (int i = run.Thread.Index; i <= n; i += run.Thread.Count)
        {
            uint bits = 0;
            for (int sample = 0; sample < Canon.WordSamples; sample++)
            {
                uint row = run.Data[((long)memory.Places[sample] * rowWords) + (i / Canon.WordSamples)];
                bits |= ((row >> (i % Canon.WordSamples)) & 1) << sample;
            }

            if (i < n)
                run.Scratch.Window[i] = bits;
            else
                memory.Flips[WindowFlips] = bits;
        }
    }
}
