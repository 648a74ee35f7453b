using ParityGpu.Kernels;
using Xunit;

namespace ParityGpu.Tests.Kernels;

public class CanonicalTrainerTests
{
    [Fact]
    public void LearnsAndGivesTheSameBitsForAnyChunk()
    {
        var settings = new RunSettings
        {
            Seed = 7,
            MaxSteps = 2000,
            StepSize = 1f / 32,
            Decay = 1f,
            HiddenScale = 0.5f,
            OutputScale = 0.3f,
            Degree = 2,
            TestSamples = 256,
        };
        var whole = new CanonicalTrainer(6, 20, 32, settings, [0, 3]);
        whole.Run(int.MaxValue);
        Assert.Equal((int)RunStatus.Solved, whole.State.Status);

        var chunks = new CanonicalTrainer(6, 20, 32, settings, [0, 3]);
        while (chunks.Run(7).Status == (int)RunStatus.Running)
        {
        }

        Assert.Equal(whole.State, chunks.State);
        Assert.Equal(whole.Weights, chunks.Weights);
    }
}
