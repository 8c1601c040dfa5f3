using System.Text;

namespace W2SR.Core.Common;

/// <summary>Writes files that are either whole or absent, whatever happens in between.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file through a temporary neighbour: write, flush to disk, rename over the target.</summary>
    /// <param name="path">The target; an existing file is replaced in one step.</param>
    /// <param name="write">Writes the content; if it throws, the target stays as it was and the temporary file is removed.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var full = Path.GetFullPath(path);
        // Same folder: rename is atomic only within one file system. The random part keeps two writers apart.
        var temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes UTF-8 text without a byte order mark.</summary>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }
}
