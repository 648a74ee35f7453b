using ParityGpu.Tests.Cli;

namespace ParityGpu.Tests.Figures;

/// <summary>All experiments at the scale smoke, as a user runs them: the program is killed in the middle and called again.</summary>
public sealed class SmokePaper : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public SmokePaper()
    {
        string[] command = ["reproduce", "all", "--scale", "smoke", "--out", "paper.html", "--device", "cpu", "--threads", "2", "--quiet"];
        using (ParityProcess parity = ParityProcess.Start(folder.Root, command))
        {
            parity.WaitUntilLonger(Path.Combine(folder.Root, "paper", "fig3", "relu-10.msgpack"), 0);
            WasKilled = !parity.HasExited;
            parity.Kill();
        }

        PageWasThere = File.Exists(Page);
        Result = ParityProcess.Run(folder.Root, command);
    }

    /// <summary>Whether the first call was still at work when it was killed.</summary>
    public bool WasKilled { get; }

    /// <summary>Whether it had left a page.</summary>
    public bool PageWasThere { get; }

    /// <summary>What the second call said.</summary>
    internal CommandResult Result { get; }

    public string Page => folder["paper.html"];

    public string Summary => folder["paper.json"];

    /// <summary>A file of an experiment.</summary>
    public string PathOf(string experiment, string file) => Path.Combine(folder.Root, "paper", experiment, file);

    public void Dispose() => folder.Dispose();
}
