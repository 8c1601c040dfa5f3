using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace W2SR.Core.Common;

/// <summary>Short names for content: the first 16 hexadecimal digits of SHA-256, enough to tell the runs of a lifetime apart.</summary>
public static class ContentHash
{
    /// <summary>Hash of a text.</summary>
    public static string OfText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Shorten(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Hash of a value through its JSON (<see cref="W2srJson.Line"/>), so that equal options have equal hashes on any machine.</summary>
    public static string OfValue<T>(T value) => OfText(JsonSerializer.Serialize(value, W2srJson.Line));

    /// <summary>Hash of a file's bytes.</summary>
    public static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Shorten(SHA256.HashData(stream));
    }

    private static string Shorten(byte[] digest) => Convert.ToHexStringLower(digest.AsSpan(0, 8));
}
