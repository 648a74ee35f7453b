using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;

namespace ParityGpu.Devices;

/// <summary>
/// Code of kernels on disk: ILGPU takes seconds to compile a kernel, so each is compiled once and not by every process.
/// </summary>
/// <remarks>
/// A file is named by the SHA-256 of everything that its code depends on, and starts with a comment that holds the SHA-256 of the rest: a file that
/// another program changed counts as absent. If the folder is not writable, kernels are compiled every time.
/// </remarks>
internal static class KernelCache
{
    /// <summary>The variable that names the folder; empty for none.</summary>
    public const string Variable = "PARITY_KERNEL_CACHE";

    /// <summary>Files that no process has read for this long are removed when another is written.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(60);

    /// <summary>The folder of this user's files, or null if there is none.</summary>
    public static string? Folder => Environment.GetEnvironmentVariable(Variable) switch
    {
        "" => null,
        null => Caches() is string caches ? Path.Combine(caches, "parity", "kernels") : null,
        string named => named,
    };

    /// <summary>
    /// The code of a kernel, compiled if it is not on disk.
    /// </summary>
    /// <param name="folder">The folder of the files, or null if there is none.</param>
    /// <param name="accelerator">The device.</param>
    /// <param name="description">The kernel.</param>
    /// <param name="bounds">What is known about launches.</param>
    /// <param name="compile">Compiles it.</param>
    public static CompiledKernel Get(
        string? folder, Accelerator accelerator, EntryPointDescription description, KernelSpecialization bounds, Func<CompiledKernel> compile)
    {
        Backend backend = accelerator.GetBackend();
        if (folder is null || backend is not (PTXBackend or CLBackend))
            return compile();

        string path = Path.Combine(folder, $"{Hash(Key(accelerator, backend, description, bounds))}.{(backend is PTXBackend ? "ptx" : "cl")}");
        if (TryRead(path, out string? code, out SharedMemorySpecification shared))
            return DeviceCode.Kernel(accelerator.Context, backend, description, shared, bounds, code);

        CompiledKernel compiled = compile();
        Write(path, DeviceCode.TextOf(compiled), DeviceCode.SharedMemoryOf(compiled));
        return compiled;
    }

    private static string? Caches()
    {
        if (OperatingSystem.IsWindows())
            return NonEmpty(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData));

        return NonEmpty(Environment.GetEnvironmentVariable("XDG_CACHE_HOME"))
            ?? (NonEmpty(Environment.GetEnvironmentVariable("HOME")) is string home ? Path.Combine(home, ".cache") : null);
    }

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>Everything that ILGPU's output depends on: assemblies by their module version ID, which is a hash of their contents.</summary>
    private static string Key(Accelerator accelerator, Backend backend, EntryPointDescription description, KernelSpecialization bounds)
    {
        MethodInfo method = description.MethodSource;
        var key = new StringBuilder();
        foreach (Type type in new[] { typeof(object), typeof(Context), method.DeclaringType!, typeof(KernelCache) })
            key.AppendLine(CultureInfo.InvariantCulture, $"{type.Module.ModuleVersionId}");

        key.AppendLine(CultureInfo.InvariantCulture, $"{method.DeclaringType} {method} {description.IndexType}");
        foreach (Type argument in method.GetGenericArguments())
            key.AppendLine(argument.FullName);

        key.AppendLine(CultureInfo.InvariantCulture, $"{bounds.MaxNumThreadsPerGroup} {bounds.MinNumGroupsPerMultiprocessor}");
        key.AppendLine(CultureInfo.InvariantCulture, $"{accelerator.WarpSize} {backend.PointerType}");
        key.AppendLine(backend switch
        {
            PTXBackend ptx => $"{ptx.Architecture} {ptx.InstructionSet}",
            CLBackend openCL => $"{openCL.Vendor} {openCL.CLStdVersion}",
            _ => throw new ArgumentException($"no code on disk for {backend.GetType()}", nameof(backend)),
        });
        foreach (PropertyInfo property in backend.Capabilities.GetType().GetProperties().OrderBy(property => property.Name, StringComparer.Ordinal))
            key.AppendLine(CultureInfo.InvariantCulture, $"{property.Name} {property.GetValue(backend.Capabilities)}");

        return key.ToString();
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static bool TryRead(string path, [NotNullWhen(true)] out string? code, out SharedMemorySpecification shared)
    {
        code = null;
        shared = default;
        try
        {
            if (!File.Exists(path))
                return false;

            string text = File.ReadAllText(path);
            int end = text.IndexOf('\n', StringComparison.Ordinal);
            string[] words = end < 0 ? [] : text[..end].Split(' ');
            string rest = text[(end + 1)..];
            if (words is not ["//", var hash, var bytes, var dynamic] || hash != Hash($"{bytes} {dynamic}\n{rest}"))
                return false;

            code = rest;
            shared = new(int.Parse(bytes, CultureInfo.InvariantCulture), bool.Parse(dynamic));
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file is unreadable, or its folder is not writable.
        }

        return code is not null;
    }

    private static void Write(string path, string code, SharedMemorySpecification shared)
    {
        string folder = Path.GetDirectoryName(path)!;
        string partial = $"{path}.{Path.GetRandomFileName()}.part";
        try
        {
            Directory.CreateDirectory(folder);
            foreach (string old in Directory.EnumerateFiles(folder).Where(file => File.GetLastWriteTimeUtc(file) < DateTime.UtcNow - Kept))
                File.Delete(old);

            string rest = string.Create(CultureInfo.InvariantCulture, $"{shared.StaticSize} {shared.HasDynamicMemory}\n{code}");
            File.WriteAllText(partial, $"// {Hash(rest)} {rest}");
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only costs the next process the time to compile. What is left of the file is removed with the old ones.
        }
    }
}
