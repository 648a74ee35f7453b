using Xunit;

namespace ParityGpu.Tests.Figures;

/// <summary>A test that lays a page out in Chromium; skipped where it is not installed.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    public const string Program = "/usr/bin/chromium";

    public ChromiumFactAttribute()
    {
        if (!File.Exists(Program))
            Skip = $"{Program} is not installed";
    }
}
