using Microsoft.Win32.SafeHandles;
using W2SR.Core.Common;

namespace W2SR.Core.Checkpoints;

/// <summary>Opens and reads checkpoint files; what goes wrong is named with the file.</summary>
internal static class FileBytes
{
    public static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new W2srFormatException(path, null, "cannot be read: " + e.Message, e);
        }
    }

    public static void ReadExactly(SafeFileHandle file, string path, Span<byte> buffer, long offset)
    {
        while (buffer.Length > 0)
        {
            var read = RandomAccess.Read(file, buffer, offset);
            if (read == 0) throw new W2srFormatException(path, $"byte {offset}", $"is the file's end; {buffer.Length} bytes more were expected. Was it changed while it was read?");
            buffer = buffer[read..];
            offset += read;
        }
    }
}
