using System.Diagnostics;
using Xunit;

namespace ParityGpu.Tests.Logs;

/// <summary>
/// A test that needs python3 with a package. Without it the test is skipped, except in continuous integration (CI=true),
/// where it runs and fails.
/// </summary>
public sealed class PythonFactAttribute : FactAttribute
{
    /// <summary>The system's Python, which has the distribution's packages.</summary>
    public static string Python { get; } = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    public PythonFactAttribute(string package = "msgpack")
    {
        Package = package;
        if (Environment.GetEnvironmentVariable("CI") != "true" && !Has(package))
            Skip = $"python3 with the {package} package is not installed (apt: python3-{package})";
    }

    /// <summary>What the test imports.</summary>
    public string Package { get; }

    private static bool Has(string package)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", $"import {package}"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
