using W2SR.Core.Common;

namespace W2SR.Samples.TrainReasoner;

/// <summary>What a model file or folder is, by its bytes: a measurement that was kept is used again only for the same weights.</summary>
internal static class ModelIdentity
{
    public static string Of(string path)
    {
        if (File.Exists(path)) return ContentHash.OfFile(path);
        var files = Directory.EnumerateFiles(path).Where(f => Path.GetExtension(f) is ".safetensors" or ".json" or ".jinja").Order(StringComparer.Ordinal);
        return ContentHash.OfText(string.Join('\n', files.Select(f => $"{Path.GetFileName(f)} {ContentHash.OfFile(f)}")));
    }
}
