using System.Globalization;
using System.Numerics;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>Numbers as templates write them: <c>1_000</c>, <c>0x1f</c>, <c>1.5e3</c>.</summary>
internal static class NumberLiteral
{
    private const int MaxDigits = 4300; // Python's own limit on reading an integer

    /// <summary>Reads the number that begins at <paramref name="start"/> with a digit.</summary>
    /// <param name="value">A <see cref="BigInteger"/> or a <see cref="double"/>.</param>
    /// <returns>The position after it.</returns>
    public static int Read(string source, int start, out object value)
    {
        if (!(start > 0 && source[start - 1] == '.') && ReadFloat(source, start) is { } end)
        {
            value = double.Parse(source[start..end].Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            return end;
        }
        if (source[start] == '0' && start + 1 < source.Length)
        {
            var radix = char.ToLowerInvariant(source[start + 1]) switch { 'b' => 2, 'o' => 8, 'x' => 16, _ => 0 };
            if (radix != 0 && ReadDigits(source, start + 2, radix, leadingUnderscore: true) is var last && last > start + 2)
            {
                value = Parse(source[(start + 2)..last], radix);
                return last;
            }
        }
        var stop = source[start] == '0' ? ReadZeros(source, start) : ReadDigits(source, start, 10, leadingUnderscore: false);
        value = Parse(source[start..stop], 10);
        return stop;
    }

    /// <summary>The digits of an integer in a radix; digits only.</summary>
    /// <exception cref="JinjaError">More than 4,300 digits.</exception>
    public static BigInteger Parse(string digits, int radix)
    {
        if (digits.Length > MaxDigits)
            throw new JinjaError($"an integer of more than {MaxDigits} digits is not supported");
        var value = BigInteger.Zero;
        foreach (var c in digits)
            if (c != '_')
                value = value * radix + DigitValue(c);
        return value;
    }

    public static int DigitValue(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'z' => c - 'a' + 10,
        >= 'A' and <= 'Z' => c - 'A' + 10,
        _ => 99,
    };

    private static int ReadZeros(string source, int i)
    {
        i++;
        while (i < source.Length && (source[i] == '0' || (source[i] == '_' && i + 1 < source.Length && source[i + 1] == '0')))
            i += source[i] == '_' ? 2 : 1;
        return i;
    }

    /// <summary>Digits with single underscores between them; the position after the last digit.</summary>
    private static int ReadDigits(string source, int i, int radix, bool leadingUnderscore)
    {
        var start = i;
        while (i < source.Length)
        {
            if (DigitValue(source[i]) < radix)
                i++;
            else if (source[i] == '_' && (i > start || leadingUnderscore) && i + 1 < source.Length && DigitValue(source[i + 1]) < radix)
                i += 2;
            else
                break;
        }
        return i;
    }

    private static int? ReadFloat(string source, int start)
    {
        var i = ReadDigits(source, start, 10, leadingUnderscore: false);
        var isFloat = false;
        if (i + 1 < source.Length && source[i] == '.' && char.IsAsciiDigit(source[i + 1]))
        {
            i = ReadDigits(source, i + 1, 10, leadingUnderscore: false);
            isFloat = true;
        }
        if (i < source.Length && (source[i] is 'e' or 'E'))
        {
            var j = i + 1;
            if (j < source.Length && (source[j] is '+' or '-'))
                j++;
            if (j < source.Length && char.IsAsciiDigit(source[j]))
                return ReadDigits(source, j, 10, leadingUnderscore: false);
        }
        return isFloat ? i : null;
    }
}
