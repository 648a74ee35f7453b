using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>Initial parameters of a run, drawn by a group of threads.</summary>
internal static class InitialParameters
{
    /// <summary>Draws all initial parameters except the weights of sparse rows, which become +0, as does padding.</summary>
    /// <param name="run">The run.</param>
    /// <param name="parameters">Where they go (<see cref="RunLayout"/>).</param>
    public static void Draw<TScratch>(Slot<TScratch> run, ArrayView<float> parameters)
        where TScratch : struct
    {
        int lane = run.Thread.Index % Canon.Lanes;
        int lines = ParameterPlaces.Lines(run);
        for (int line = run.Thread.Index / Canon.Lanes; line < lines; line += run.Thread.Count / Canon.Lanes)
        {
            var parameter = ParameterPlaces.At(run, line, lane);
            float value = Initial(run, parameter);
            if (run.Attends && parameter.Matrix > 0)
                value = InitialAttention(run, parameter);

            parameters[((long)line * Canon.Lanes) + lane] = value;
        }
    }

    /// <summary>Draws the weights of sparse rows, once all threads have finished <see cref="Draw"/>.</summary>
    public static void DrawSparseRows<TScratch>(Slot<TScratch> run, ArrayView<float> parameters)
        where TScratch : struct
    {
        int n = run.Shape.Inputs;
        int sparse = run.Settings.SparseInputs;
        for (int j = run.Thread.Index; j < run.Shape.Width; j += run.Thread.Count)
        {
            for (int draw = 0; draw < sparse; draw++)
            {
                int most = n - sparse + draw;
                var words = RandomStreams.SparseRowDraw(run.Settings.InitialSeed, (uint)j, (uint)draw);
                int place = (int)(((ulong)words.W0 * (ulong)(most + 1)) >> 32);

                // A drawn weight is never 0.
                bool taken = parameters[FirstLayerLayout.Index(n, j, place)] != 0f;
                parameters[FirstLayerLayout.Index(n, j, taken ? most : place)] =
                    Initialisation.Draw(run.Stored[0].RowDistribution, run.Stored[0].RowScale, words.W1);
            }
        }
    }

    /// <summary>An entry of one of the matrices of a transformer's attention layer.</summary>
    private static float InitialAttention<TScratch>(Slot<TScratch> run, ParameterPlace parameter)
        where TScratch : struct
    {
        var words = RandomStreams.AttentionDraws(
            run.Settings.InitialSeed, (AttentionMatrix)parameter.Matrix, (uint)parameter.Unit, (uint)(parameter.Input / Canon.Group));
        float scale = parameter.Matrix == (int)AttentionMatrix.Embedding
            ? run.Settings.InnerScale
            : parameter.Matrix == (int)AttentionMatrix.Projection ? run.Settings.ProjectionScale : run.Settings.AttentionScale;
        float drawn = Initialisation.Draw(run.Settings.Distribution, scale, words.Word(parameter.Input % Canon.Group));
        return parameter.IsAbsent ? 0f : drawn;
    }

    private static float Initial<TScratch>(Slot<TScratch> run, ParameterPlace parameter)
        where TScratch : struct
    {
        ulong seed = run.Settings.InitialSeed;
        uint unit = (uint)parameter.Unit;
        bool inner = parameter.Layer > 0 && !parameter.IsOutput;
        bool outputBias = parameter.IsOutput && parameter.Unit == run.Shape.Width;
        bool bias = parameter.Input == (inner ? run.Shape.Width : run.FirstInputs);
        int layer = parameter.Layer + 1;
        uint group = (uint)(parameter.Input / Canon.Group);
        var words = outputBias
            ? RandomStreams.OutputBiasDraw(seed)
            : parameter.IsOutput || (bias && !inner)
                ? RandomStreams.HiddenOutputDraws(seed, unit)
                : inner
                    ? (bias ? RandomStreams.InnerBiasDraw(seed, layer, unit) : RandomStreams.InnerWeightDraws(seed, layer, unit, group))
                    : RandomStreams.HiddenWeightDraws(seed, unit, group);
        int index = parameter.IsOutput ? (outputBias ? 0 : 1) : bias ? 0 : parameter.Input % Canon.Group;
        bool isRow = !parameter.IsOutput && !inner && !bias;
        int distribution = isRow ? run.Stored[0].RowDistribution : run.Settings.Distribution;
        float scale = parameter.IsOutput ? run.Settings.OutputScale
            : inner ? run.Settings.InnerScale : bias ? run.Settings.HiddenScale : run.Stored[0].RowScale;

        // With two logits, the first draw minus the second. A loop, so that the code of a draw exists once.
        float drawn = 0f;
        for (int logit = parameter.IsOutput ? run.Stored[0].Logits - 1 : 0; logit >= 0; logit--)
            drawn = Initialisation.Draw(distribution, scale, words.Word(index + logit)) - drawn;

        bool isFixed = parameter.IsOutput && run.Settings.Output == (int)OutputLayer.Fixed;
        bool isBias = outputBias || (bias && !parameter.IsOutput);
        bool isZero = parameter.IsAbsent || (isBias && run.Settings.ZeroBiases != 0)
            || (run.Settings.SparseInputs > 0 && !parameter.IsOutput && !inner && !bias);
        return isZero ? 0f : isFixed ? (outputBias ? 0f : 1f) : drawn;
    }
}
