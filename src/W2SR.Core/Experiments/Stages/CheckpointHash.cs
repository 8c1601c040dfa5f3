using W2SR.Core.Common;

namespace W2SR.Core.Experiments.Stages;

/// <summary>What a checkpoint is, as a stage's key needs it: by content, so that a copy elsewhere is the same and a changed file is another.</summary>
internal static class CheckpointHash
{
    private static readonly string[] Kinds = [".json", ".safetensors", ".gguf", ".jinja", ".txt", ".model"];

    /// <summary>Says at once that a path leads nowhere.</summary>
    /// <exception cref="W2srFormatException">There is no such file or folder.</exception>
    public static void RequireThere(string path)
    {
        if (!Path.Exists(path)) throw new W2srFormatException(path, null, "is neither a model folder nor a .gguf file. Paths in an experiment's file start from that file's folder.");
    }

    /// <summary>Hash of a file, or of a folder's files that a model is made of.</summary>
    /// <exception cref="W2srFormatException">There is no such checkpoint.</exception>
    public static string Of(string path)
    {
        RequireThere(path);
        if (File.Exists(path)) return ContentHash.OfFile(path);
        var files = Directory.EnumerateFiles(path).Where(f => Kinds.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);
        return ContentHash.OfText(string.Join('\n', files.Select(f => $"{Path.GetFileName(f)} {ContentHash.OfFile(f)}")));
    }
}
