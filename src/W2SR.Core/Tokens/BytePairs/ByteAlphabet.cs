using System.Text;

namespace W2SR.Core.Tokens.BytePairs;

/// <summary>GPT-2's spelling of bytes as printable characters, in which byte-level vocabularies are written.</summary>
internal static class ByteAlphabet
{
    private const int CharacterCount = 0x144; // the last character is U+0143
    private static readonly char[] Characters = new char[256];
    private static readonly short[] Bytes = new short[CharacterCount];

    static ByteAlphabet()
    {
        Array.Fill(Bytes, (short)-1);
        var next = 256;
        for (var b = 0; b < 256; b++)
        {
            Characters[b] = b is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)b : (char)next++;
            Bytes[Characters[b]] = (short)b;
        }
    }

    /// <summary>How a byte is written.</summary>
    public static char CharacterOf(byte value) => Characters[value];

    /// <summary>Whether every character of a token stands for a byte.</summary>
    public static bool IsSpelled(string token)
    {
        foreach (var c in token)
            if (c >= CharacterCount || Bytes[c] < 0) return false;
        return true;
    }

    /// <summary>The bytes a token stands for: by this alphabet, or its UTF-8 when any character is not in it.</summary>
    public static byte[] BytesOf(string token)
    {
        if (!IsSpelled(token)) return Encoding.UTF8.GetBytes(token);
        var bytes = new byte[token.Length];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)Bytes[token[i]];
        return bytes;
    }
}
