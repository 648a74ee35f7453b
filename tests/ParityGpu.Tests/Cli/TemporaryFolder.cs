namespace ParityGpu.Tests.Cli;

/// <summary>A folder that goes away with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parity-");

    public string Root => folder.FullName;

    /// <summary>Names of the files in it.</summary>
    public IEnumerable<string> Files => folder.EnumerateFiles().Select(file => file.Name);

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
