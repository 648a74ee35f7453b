using ParityGpu.Figures;
using ParityGpu.Specs;
using Xunit;

namespace ParityGpu.Tests.Figures;

public sealed class SettingNamesTests
{
    /// <summary>A network of whose training the name says everything has no empty entry in the caption.</summary>
    [Fact]
    public void Captions_name_only_settings_that_names_leave_out()
    {
        var point = new Point(15, 2, 1, 32, 0.01);
        Assert.EndsWith("hinge, k = 2: η = 0.01", SettingNames.OfEach([("hinge, k = 2", point), ("k = 3, η = 0.1", point with { K = 3, LearningRate = 0.1 })]), StringComparison.Ordinal);
    }
}
