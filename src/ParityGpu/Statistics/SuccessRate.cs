namespace ParityGpu.Statistics;

/// <summary>
/// The fraction of runs that are solved within their budget, with its 95 % interval: Wilson's if all runs are finished. Runs in flight are censored
/// at their steps: the fraction is then that of the product-limit estimate, and the interval that of the number of finished runs that would be
/// equally precise (<see cref="KaplanMeierStep.EffectiveRuns"/>).
/// </summary>
/// <param name="Rate">Solved fraction, as far as it was observed.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end, allowing for what happens beyond the last observed step.</param>
public readonly record struct SuccessRate(double Rate, double Low, double High)
{
    /// <summary>The rate of a sample; null without runs.</summary>
    public static SuccessRate? Of(TimeHistogram times)
    {
        if (times.Runs == 0)
            return null;

        if (times.InFlight == 0)
        {
            WilsonInterval counted = WilsonInterval.Of(times.Solved, times.Runs);
            return new SuccessRate(times.Solved / (double)times.Runs, counted.Low, counted.High);
        }

        long last = times.Times.Concat(times.Divergences).Select(entry => entry.Step).DefaultIfEmpty(0).Max();
        var riskSet = new RiskSet(times);
        riskSet.At(last);
        double rate = times.SolvedWeight / times.Runs;
        long ended = times.Times.Concat(times.Divergences).Where(entry => entry.Step == last).Sum(entry => entry.Count);
        double open = times.Budget > 0 ? 0 : (riskSet.Observed - ended) * riskSet.Weight / times.Runs;
        double runs = KaplanMeier.Of(times).Steps.Select(step => step.EffectiveRuns).LastOrDefault(effective => effective is not null)
            ?? Math.Max(1, times.Runs / riskSet.Weight);
        return new SuccessRate(rate, WilsonInterval.Of(rate * runs, runs).Low, WilsonInterval.Of(Math.Min(1, rate + open) * runs, runs).High);
    }
}
