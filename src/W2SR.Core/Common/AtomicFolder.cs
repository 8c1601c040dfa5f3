using System.Runtime.InteropServices;

namespace W2SR.Core.Common;

/// <summary>Writes folders that are either whole or as they were before, whatever happens in between.</summary>
public static partial class AtomicFolder
{
    /// <summary>Writes a folder beside its target and then puts it in the target's place in one step.</summary>
    /// <param name="folder">The target; it need not exist. It must not be the root of a mounted volume, which cannot be replaced.</param>
    /// <param name="write">Writes the content into the folder whose path it is given, and may check it there; if it throws, the target stays as it was.</param>
    /// <param name="belongs">
    /// Says of a plain name in an earlier target whether it belongs to what is replaced and goes. Everything else, subfolders too, is carried over
    /// unless the new content has that name.
    /// </param>
    /// <remarks>
    /// On Linux the two folders change places in one system call; elsewhere, and on file systems that cannot, there is a moment between two renames in which neither has the
    /// target's name. A process killed before the exchange leaves <c>.NAME.*.tmp</c> beside an untouched target; killed just after it, files that were to be carried over stand there.
    /// </remarks>
    public static void Write(string folder, Action<string> write, Func<string, bool> belongs)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(belongs);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var parent = Path.GetDirectoryName(target) ?? throw new ArgumentException($"{folder} is the root of a file system and cannot be replaced. Name a folder in it.", nameof(folder));
        var staged = Path.Combine(parent, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(staged);
        try
        {
            write(staged);
            if (!Directory.Exists(target))
            {
                Directory.Move(staged, target);
                return;
            }
            Exchange(staged, target);
            CarryOver(staged, target, belongs);
        }
        finally
        {
            if (Directory.Exists(staged)) Directory.Delete(staged, recursive: true);
        }
    }

    private static void Exchange(string staged, string target)
    {
        const int currentFolder = -100, exchange = 2;
        if (OperatingSystem.IsLinux() && renameat2(currentFolder, staged, currentFolder, target, exchange) == 0) return;
        var old = staged + ".old";
        Directory.Move(target, old);
        try
        {
            Directory.Move(staged, target);
        }
        catch
        {
            Directory.Move(old, target);
            throw;
        }
        Directory.Move(old, staged);
    }

    private static void CarryOver(string old, string target, Func<string, bool> belongs)
    {
        foreach (var entry in new DirectoryInfo(old).EnumerateFileSystemInfos().ToArray())
        {
            var goal = Path.Combine(target, entry.Name);
            if (belongs(entry.Name) || Path.Exists(goal)) continue;
            if (entry is DirectoryInfo) Directory.Move(entry.FullName, goal);
            else File.Move(entry.FullName, goal);
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);
}
