namespace ParityGpu.Kernels.Simt;

/// <summary>Initial parameters of a run, drawn by a group of threads.</summary>
internal static class CountingParameters
{
    /// <summary>Draws all parameters; those of the neurons that pad the last block are 0.</summary>
    public static void Draw(CountingSlot run)
    {
        int n = run.Shape.Inputs;
        for (int j = run.Thread.Index; j < run.Scratch.PaddedWidth; j += run.Thread.Count)
        {
            int lane = j % Canon.Lanes;
            var weights = run.Block(j / Canon.Lanes);
            bool exists = j < run.Shape.Width;
            for (int group = 0; group < Canon.Groups(n); group++)
            {
                var draws = RandomStreams.HiddenWeightDraws(run.Settings.InitialSeed, (uint)j, (uint)group);
                int i = group * Canon.Group;
                weights[CountingForward.Row(i, lane)] = Hidden(run, exists, draws.W0);
                if (i + 1 < n)
                    weights[CountingForward.Row(i + 1, lane)] = Hidden(run, exists, draws.W1);

                if (i + 2 < n)
                    weights[CountingForward.Row(i + 2, lane)] = Hidden(run, exists, draws.W2);

                if (i + 3 < n)
                    weights[CountingForward.Row(i + 3, lane)] = Hidden(run, exists, draws.W3);
            }

            var outputs = RandomStreams.HiddenOutputDraws(run.Settings.InitialSeed, (uint)j);
            weights[CountingForward.Row(n, lane)] = Hidden(run, exists, outputs.W0);
            weights[CountingForward.Row(n + 1, lane)] = exists ? Output(run, outputs.W1) : 0f;
        }

        for (int entry = run.Thread.Index; entry < Canon.Lanes; entry += run.Thread.Count)
        {
            float bias = Output(run, RandomStreams.OutputBiasDraw(run.Settings.InitialSeed).W0);
            run.Weights[run.OutputBias + entry] = entry == 0 ? bias : 0f;
        }
    }

    private static float Hidden(CountingSlot run, bool exists, uint word) =>
        exists ? Initialisation.Draw(run.Settings.Distribution, run.Settings.HiddenScale, word) : 0f;

    private static float Output(CountingSlot run, uint word) =>
        Initialisation.Draw(run.Settings.Distribution, run.Settings.OutputScale, word);
}
