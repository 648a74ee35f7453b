using ParityGpu.Runs;
using Xunit;

namespace ParityGpu.Tests.Specs;

public sealed class PortablePowerTests
{
    [Theory]
    [InlineData(2, -1.4, 0.37892914162759955)]
    [InlineData(3, -1.4, 0.2147980049924181)]
    [InlineData(7, -1.1, 0.11759589342757773)]
    [InlineData(10, -0.3, 0.5011872336272722)]
    [InlineData(499, -1.4, 0.0001669779927699125)]
    [InlineData(500, -1.4, 0.0001665106414803747)]
    [InlineData(12345, -2.7, 8.973751635160398e-12)]
    [InlineData(16384, -11, 4.3790577010150533e-47)]
    [InlineData(16384, 0, 1)]
    [InlineData(1, -3.7, 1)]
    [InlineData(1024, -2, 9.5367431640625e-07)]
    public void Powers_are_those_of_sixty_digits(int number, double exponent, double power) => Assert.Equal(power, PortablePower.Of(number, exponent));

    [Fact]
    public void Powers_are_within_a_unit_in_the_last_place_of_the_platforms()
    {
        var random = new Random(1);
        for (int time = 0; time < 2000; time++)
        {
            int number = random.Next(1, 16385);
            double exponent = -11 * random.NextDouble();
            Assert.Equal(Math.Pow(number, exponent), PortablePower.Of(number, exponent), Math.BitIncrement(Math.Pow(number, exponent)) - Math.Pow(number, exponent));
        }
    }
}
