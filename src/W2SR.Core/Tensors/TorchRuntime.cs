using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace W2SR.Core.Tensors;

/// <summary>
/// Makes libtorch loadable. TorchSharp's native library asks for GLIBCXX_3.4.32, which Debian 12 and Ubuntu 22.04 do not have, though it
/// uses nothing of it; there, a copy without that demand is loaded from memory. Runs by itself when this library, or an app that was built
/// with its package, starts.
/// </summary>
public static partial class TorchRuntime
{
    private const string Shim = "libLibTorchSharp.so", Version = "GLIBCXX_3.4.32", OnlySymbol = "_ZSt21ios_base_library_initv";
    private static readonly Lazy<(string? Status, TorchRuntimeException? Error)> Attempt = new(TryLoad);

    /// <summary>Loads libtorch if that was not done yet. Thread-safe; later calls cost nothing.</summary>
    /// <exception cref="TorchRuntimeException">It cannot be loaded; the message says what to install.</exception>
    public static void EnsureLoaded()
    {
        if (Attempt.Value.Error is { } error) throw new TorchRuntimeException(error.Message, error.InnerException);
    }

    /// <summary>Says what was loaded and what it can use.</summary>
    /// <exception cref="TorchRuntimeException">libtorch cannot be loaded.</exception>
    public static TorchRuntimeInfo Describe()
    {
        EnsureLoaded();
        var devices = new List<string> { "cpu" };
        if (torch.cuda.is_available())
            for (var i = 0; i < torch.cuda.device_count(); i++) devices.Add($"cuda:{i}");
        return new TorchRuntimeInfo(Attempt.Value.Status!, torch.__version__, devices, torch.get_num_threads(), InstructionSets());
    }

    /// <summary>Loads without raising: a start-up hook must not end a program that may never touch a tensor.</summary>
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "The library must be loadable before its first tensor.")]
    internal static void Initialize() => _ = Attempt.Value;

    private static (string?, TorchRuntimeException?) TryLoad()
    {
        try
        {
            return (Load(), null);
        }
        catch (TorchRuntimeException e)
        {
            return (null, e);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            return (null, new TorchRuntimeException($"libtorch was found but could not be loaded: {e.Message}", e));
        }
    }

    private static string Load()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return "by TorchSharp itself"; // Windows and macOS builds need no fix
        Tune();
        var shim = NativeLibraryLocator.Find(Shim) ?? throw Missing(Shim, $"<PackageReference Include=\"TorchSharp\" Version=\"{NativeLibraryLocator.TorchSharpVersion}\" />");
        // The shim's own needs are then met by name, wherever they lie.
        foreach (var need in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
            NativeLibrary.Load(NativeLibraryLocator.Find(need) ?? throw Missing(need,
                $"<PackageReference Include=\"libtorch-cpu-linux-x64\" Version=\"{NativeLibraryLocator.LibTorchVersion}\" /> (CPU) or <PackageReference Include=\"TorchSharp-cuda-linux\" Version=\"{NativeLibraryLocator.TorchSharpVersion}\" /> (CUDA)"));
        try
        {
            NativeLibrary.Load(shim);
            return $"original, {shim}";
        }
        catch (DllNotFoundException e) when (e.Message.Contains(Version, StringComparison.Ordinal))
        {
            return LoadPatched(shim, e);
        }
    }

    private static string LoadPatched(string shim, DllNotFoundException original)
    {
        var bytes = File.ReadAllBytes(shim);
        if (!ElfVersionPatch.TryWeaken(bytes, Version, OnlySymbol))
            throw new TorchRuntimeException(
                $"{shim} needs {Version}, which this system's libstdc++ lacks, and is not the build that we know how to fix. " +
                "Install libstdc++ 13.2 or later (Debian 13, Ubuntu 24.04), or use TorchSharp " + NativeLibraryLocator.TorchSharpVersion + ".", original);
        var problems = new List<string>();
        foreach (var store in new Func<byte[], string>[] { InMemory, InTemporaryFile })
        {
            try
            {
                var path = store(bytes);
                NativeLibrary.Load(path);
                return $"fixed for an older libstdc++, {path}";
            }
            catch (Exception e) when (e is DllNotFoundException or IOException or UnauthorizedAccessException)
            {
                problems.Add(e.Message);
            }
        }
        throw new TorchRuntimeException($"A fixed copy of {shim} could not be loaded: {string.Join("; ", problems)}. Install libstdc++ 13.2 or later.", original);
    }

    private static string InMemory(byte[] bytes)
    {
        const uint closeOnExec = 1;
        var descriptor = memfd_create(Shim, closeOnExec);
        if (descriptor < 0) throw new IOException($"memfd_create failed with error {Marshal.GetLastPInvokeError()}.");
        // Not closed: the mapping is this process's for as long as it lives.
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: false);
        RandomAccess.Write(handle, bytes, 0);
        return $"/proc/self/fd/{descriptor}";
    }

    private static string InTemporaryFile(byte[] bytes)
    {
        var folder = Directory.CreateTempSubdirectory("w2sr-native-").FullName; // private to this user
        var path = Path.Combine(folder, Shim);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static TorchRuntimeException Missing(string file, string package) => new(
        $"{file} was not found. Add to your project: {package}. Searched: {string.Join(", ", NativeLibraryLocator.Folders().Where(f => f.Length > 0).Distinct())}.");

    /// <summary>
    /// What native code reads from the environment, unless it is set already. Idle OpenMP threads sleep instead of spinning: spinning costs stalls of seconds where
    /// cores are shared. Large tensors get huge pages: training takes and returns gigabytes in every step, and the system clears each page anew.
    /// </summary>
    private static void Tune()
    {
        foreach (var (name, value) in new[] { ("OMP_WAIT_POLICY", "PASSIVE"), ("THP_MEM_ALLOC_ENABLE", "1") })
            // .NET's own SetEnvironmentVariable does not reach native code.
            if (Environment.GetEnvironmentVariable(name) is null) _ = setenv(name, value, 0);
        if (Environment.GetEnvironmentVariable("W2SR_RETURN_MEMORY") != "1") KeepFreedMemory();
    }

    /// <summary>
    /// Freed memory stays with the process and serves the next tensor: a training step takes and returns gigabytes, and pages that come back from the system cost more than the work on them,
    /// most of all in virtual machines. <see cref="ReturnFreedMemory"/> gives it back.
    /// </summary>
    private static void KeepFreedMemory()
    {
        const int trimThreshold = -1, topPad = -2, mostMappings = -4; // M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX
        try
        {
            _ = mallopt(trimThreshold, -1);
            _ = mallopt(topPad, 64 << 20);
            _ = mallopt(mostMappings, 0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc: its allocator has its own ways.
        }
    }

    /// <summary>Gives memory that tensors no longer use back to the system: what a trainer does at its end.</summary>
    internal static void ReturnFreedMemory()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // As above.
        }
    }

    private static List<string> InstructionSets()
    {
        var sets = new List<string>();
        if (Avx2.IsSupported) sets.Add("AVX2");
        if (Avx512F.IsSupported) sets.Add("AVX512");
        if (OperatingSystem.IsLinux() && File.Exists("/proc/cpuinfo"))
        {
            var flags = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal)) ?? "";
            foreach (var (flag, label) in new[] { ("avx512_bf16", "AVX512_BF16"), ("amx_bf16", "AMX_BF16") })
                if (flags.Contains(flag, StringComparison.Ordinal)) sets.Add(label);
        }
        return sets;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint keep);
}
