using System.Runtime.CompilerServices;

namespace ParityGpu.Kernels;

/// <summary>Which task a sample belongs to, and the label that follows from it (NUMERICS.md, tasks).</summary>
internal static class TaskDraws
{
    /// <summary>The task of training sample <paramref name="sample"/> of the stream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OfTraining<TTable>(in LaunchShape shape, in RunSettings settings, TTable table, ulong sample)
        where TTable : struct, ITaskTable
    {
        if (settings.TaskRule > 0)
            return OfPlace(settings, (int)(sample % (ulong)shape.Batch));

        ulong drawing = Drawing(shape, settings, sample);
        uint place = (uint)drawing % Canon.WordSamples;
        var draws = RandomStreams.TaskWord(settings.Seed, drawing / Canon.WordSamples, place / 4);
        return Chosen(shape, table, draws.Word((int)place % 4));
    }

    /// <summary>The task of a batch's sample <paramref name="place"/> where batches are divided equally.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OfPlace(in RunSettings settings, int place) => place / settings.TaskRule;

    /// <summary>The training sample whose draw decides the task of training sample <paramref name="sample"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Drawing(in LaunchShape shape, in RunSettings settings, ulong sample)
    {
        // The first sample's draw holds for the whole batch.
        ulong drawing = sample;
        if (sample < SampleWindow.FirstSample(-(long)settings.TaskRule, shape.Batch))
            drawing -= sample % (ulong)shape.Batch;

        return drawing;
    }

    /// <summary>The task of sample <paramref name="place"/> = 0 … 31 of a word of the held-out samples after <paramref name="step"/> steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OfHeldOut<TTable>(in LaunchShape shape, in RunSettings settings, TTable table, long step, int word, int place)
        where TTable : struct, ITaskTable
    {
        var draws = RandomStreams.HeldOutTaskWord(settings.Seed, (ulong)step, (uint)word, (uint)place / 4);
        return Chosen(shape, table, draws.Word(place % 4));
    }

    /// <summary>The labels that a word's samples have if they belong to a task: bit 1 means −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Labels<TTable>(in LaunchShape shape, TTable table, int task)
        where TTable : struct, ITaskTable
    {
        uint labels = 0;
        for (int q = 0; q < shape.TaskInputs; q++)
        {
            int input = table.At(TaskLayout.Input(shape, task, q));
            labels ^= input == TaskLayout.None ? 0 : table.Input(input);
        }

        return labels;
    }

    /// <summary>The first task whose threshold is above a word; the last task if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Chosen<TTable>(in LaunchShape shape, TTable table, uint word)
        where TTable : struct, ITaskTable
    {
        int first = 0;
        int last = shape.Tasks - 1;
        while (first < last)
        {
            int middle = (first + last) >> 1;
            bool above = (uint)table.At(middle) > word;
            last = above ? middle : last;
            first = above ? first : middle + 1;
        }

        return first;
    }
}
