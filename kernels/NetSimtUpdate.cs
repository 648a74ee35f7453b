using ILGPU;

namespace ParityGpu.Kernels;

/// <summary>Adam's β₁^t and β₂^t.</summary>
internal struct AdamPowers
{
    public float First;
    public float Second;
}

/// <summary>The optimizer's step once the gradients of a batch are summed.</summary>
internal static class NetSimtUpdate
{
    /// <summary>
    /// Updates all trained parameters.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="step">Steps taken before this one.</param>
    /// <param name="last">Hidden layer that the output reads.</param>
    /// <param name="powers">Adam's, of this step.</param>
    /// <returns>Whether all parameters this thread updated are finite.</returns>
    public static bool Apply(NetSimtRun run, long step, int last, AdamPowers powers)
    {
        var phase = Phase(run, step);
        float correction1 = Elementary<float, DeviceReals>.Reciprocal(1f - powers.First);
        float correction2 = Elementary<float, DeviceReals>.Reciprocal(1f - powers.Second);
        bool adam = run.Shape.Optimizer == (int)Optimizer.Adam;
        bool momentum = run.Shape.Optimizer == (int)Optimizer.Momentum;
        bool sign = run.Shape.Optimizer == (int)Optimizer.SignSgd;
        int lowest = run.LowestTrained(last);
        long parameters = NetLayout.Parameters(run.Shape);
        int lane = run.Thread.Index % MlpLayout.Lanes;
        int lines = NetSimtPlaces.Lines(run);
        bool finite = true;
        for (int line = run.Thread.Index / MlpLayout.Lanes; line < lines; line += run.Thread.Count / MlpLayout.Lanes)
        {
            var parameter = NetSimtPlaces.At(run, line, lane);
            bool trained = parameter.IsOutput ? run.TrainsOutput : parameter.Layer >= lowest && parameter.Layer <= last;
            if (trained && !parameter.IsAbsent)
            {
                long place = ((long)line * MlpLayout.Lanes) + lane;
                float gradient = run.Scratch.Gradients[place];
                float direction = gradient;
                if (momentum)
                {
                    direction = Canon.Fma(run.Settings.Beta1, run.Floats[parameters + place], gradient);
                    run.Floats[parameters + place] = direction;
                }

                if (sign)
                    direction = Optimizers<float, DeviceReals>.Sign(gradient);

                if (adam)
                {
                    float mean = gradient * run.Settings.InverseBatch;
                    float first = Optimizers<float, DeviceReals>.Moment(
                        run.Floats[parameters + place], mean, run.Settings.Beta1);
                    float second = Optimizers<float, DeviceReals>.Moment(
                        run.Floats[(2 * parameters) + place], mean * mean, run.Settings.Beta2);
                    run.Floats[parameters + place] = first;
                    run.Floats[(2 * parameters) + place] = second;
                    direction = Optimizers<float, DeviceReals>.AdamDirection(
                        first, second, correction1, correction2, run.Settings.Epsilon);
                }

                float w = Optimizers<float, DeviceReals>.Descend(
                    run.Floats[place], direction, phase.Rate(parameter.Layer), phase.Decay);
                run.Floats[place] = w;
                finite &= (Interop.FloatAsInt(w) & 0x7F800000u) != 0x7F800000u;
            }
        }

        return finite;
    }

    /// <summary>Moments and Adam's powers at the start of a run.</summary>
    public static void Clear(NetSimtRun run)
    {
        long parameters = NetLayout.Parameters(run.Shape);
        long end = NetLayout.RunFloats(run.Shape);
        for (long place = parameters + run.Thread.Index; place < end; place += run.Thread.Count)
            run.Floats[place] = 0f;
    }

    private static SchedulePhase Phase(NetSimtRun run, long step)
    {
        int phase = 0;
        while (phase + 1 < run.Settings.Phases && run.Phases[phase + 1].From <= step)
            phase++;

        return run.Phases[phase];
    }
}
