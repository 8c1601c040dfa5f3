using System.Text;

namespace W2SR.Core.Handover.Files;

/// <summary>One file of a hand-over folder.</summary>
/// <param name="Path">Its place, with forward slashes.</param>
/// <param name="Write">Writes the content.</param>
internal sealed record HandoverFile(string Path, Action<Stream> Write)
{
    /// <summary>Scripts may be run.</summary>
    public bool IsScript => Path.EndsWith(".sh", StringComparison.Ordinal);

    public static HandoverFile Text(string path, string text) => new(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
