using ILGPU;

namespace ParityGpu.Kernels.Simt;

/// <summary>The optimizer's step once the gradients of a batch are summed.</summary>
internal static class GeneralUpdate
{
    /// <summary>
    /// Updates all trained parameters.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="step">Steps taken before this one.</param>
    /// <param name="last">Hidden layer that the output reads.</param>
    /// <param name="powers">Adam's, of this step.</param>
    /// <returns>Whether all parameters this thread updated are finite.</returns>
    public static bool Apply(GeneralSlot run, long step, int last, AdamPowers powers)
    {
        var phase = Phase(run, step);
        float correction1 = Elementary<float, DeviceArithmetic>.Reciprocal(1f - powers.First);
        float correction2 = Elementary<float, DeviceArithmetic>.Reciprocal(1f - powers.Second);
        bool adam = run.Shape.Optimizer == (int)Optimizer.Adam;
        bool momentum = run.Shape.Optimizer == (int)Optimizer.Momentum;
        bool sign = run.Shape.Optimizer == (int)Optimizer.SignSgd;
        int lowest = run.LowestTrained(last);
        long parameters = RunLayout.Parameters(run.Shape);
        int lane = run.Thread.Index % Canon.Lanes;
        int lines = ParameterPlaces.Lines(run);
        bool finite = true;
        for (int line = run.Thread.Index / Canon.Lanes; line < lines; line += run.Thread.Count / Canon.Lanes)
        {
            var parameter = ParameterPlaces.At(run, line, lane);
            bool trained = parameter.IsOutput ? run.TrainsOutput : parameter.Layer >= lowest && parameter.Layer <= last;
            if (trained && !parameter.IsAbsent)
            {
                long place = ((long)line * Canon.Lanes) + lane;
                float gradient = run.Scratch.Gradients[place];
                float direction = gradient;
                if (momentum)
                {
                    direction = ExactMath.Fma(run.Settings.Beta1, run.Floats[parameters + place], gradient);
                    run.Floats[parameters + place] = direction;
                }

                if (sign)
                    direction = Optimizers<float, DeviceArithmetic>.Sign(gradient);

                if (adam)
                {
                    float mean = gradient * run.Settings.InverseBatch;
                    float first = Optimizers<float, DeviceArithmetic>.Moment(
                        run.Floats[parameters + place], mean, run.Settings.Beta1);
                    float second = Optimizers<float, DeviceArithmetic>.Moment(
                        run.Floats[(2 * parameters) + place], mean * mean, run.Settings.Beta2);
                    run.Floats[parameters + place] = first;
                    run.Floats[(2 * parameters) + place] = second;
                    direction = Optimizers<float, DeviceArithmetic>.AdamDirection(
                        first, second, correction1, correction2, run.Settings.Epsilon);
                }

                float w = Optimizers<float, DeviceArithmetic>.Descend(
                    run.Floats[place], direction, phase.Rate(parameter.Layer), phase.Decay);
                run.Floats[place] = w;
                finite &= (Interop.FloatAsInt(w) & 0x7F800000u) != 0x7F800000u;
            }
        }

        return finite;
    }

    /// <summary>Moments and Adam's powers at the start of a run.</summary>
    public static void Clear(GeneralSlot run)
    {
        long parameters = RunLayout.Parameters(run.Shape);
        long end = RunLayout.RunFloats(run.Shape);
        for (long place = parameters + run.Thread.Index; place < end; place += run.Thread.Count)
            run.Floats[place] = 0f;
    }

    private static SchedulePhase Phase(GeneralSlot run, long step)
    {
        int phase = 0;
        while (phase + 1 < run.Settings.Phases && run.Phases[phase + 1].From <= step)
            phase++;

        return run.Phases[phase];
    }
}
