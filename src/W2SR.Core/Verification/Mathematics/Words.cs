using System.Collections.Frozen;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>Tells runs of letters apart: functions, words, units, and products of variables.</summary>
internal static class Words
{
    /// <summary>Short words and units that would otherwise read as products of letters.</summary>
    private static readonly FrozenSet<string> Short = (
        "cm mm km nm um kg mg lb lbs oz ft yd yds mi hr hrs min mins sec secs ms mph kph gal in sq cu km/h cc ml mL dm Hz kHz kJ kW Pa kPa eV mol rad deg day days cup cups mile way ways " +
        "yes Yes YES no No NO odd Odd ODD even may May not dne DNE nan NaN NAN inf Inf nil none one two six ten of by per to is are was if so be at it the The for any all men box boxes base")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> ShortLookup = Short.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Words that say something about the number before them rather than count it.</summary>
    private static readonly FrozenSet<string> NoUnits = "is are was were not no because or and if when but since the than more less most least about approximately any other all possible correct wrong answer maybe to so".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Known spellings of units, by one name each.</summary>
    private static readonly FrozenDictionary<string, string> Units = BuildUnits();

    /// <summary>Function, constant, connective, word or (null text) a product of letters.</summary>
    public static void Classify(ReadOnlySpan<char> run, bool isText, out (TokenKind Kind, string? Text) meaning)
    {
        meaning = default;
        if (run.Length == 1) return;
        if (LatexCommands.TryPlain(run, out var plain))
        {
            if (isText && plain.Role is LatexCommands.Role.Letter) meaning = (TokenKind.Word, plain.Text);
            else
                meaning = (plain.Role switch
                {
                    LatexCommands.Role.Function => TokenKind.Function,
                    LatexCommands.Role.Letter => TokenKind.Letter,
                    LatexCommands.Role.Constant => TokenKind.Constant,
                    LatexCommands.Role.And => TokenKind.And,
                    LatexCommands.Role.Or => TokenKind.Or,
                    _ => TokenKind.Command,
                }, plain.Text);
        }
        else if (isText || run.Length >= 4 || ShortLookup.Contains(run)) meaning = (TokenKind.Word, run.ToString());
    }

    public static bool IsNoUnit(string word) => NoUnits.Contains(word.ToLowerInvariant());

    /// <summary>One name for the known spellings of a unit; null for others.</summary>
    public static string? Unit(string unit) => Units.GetValueOrDefault(unit);

    private static FrozenDictionary<string, string> BuildUnits()
    {
        var table = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in (ReadOnlySpan<string>)
        [
            "cm centimeter centimeters centimetre centimetres cms", "m meter meters metre metres", "km kilometer kilometers kilometre kilometres kms", "mm millimeter millimeters",
            "ft foot feet", "in inch inches", "mi mile miles", "yd yard yards yds", "cm^2 squarecm sqcm sq.cm squarecentimeters", "m^2 squaremeters sqm squarem", "ft^2 squarefeet sqft sq.ft",
            "in^2 squareinches sqin", "cm^3 cubiccm cubiccentimeters cc", "in^3 cubicinches", "ft^3 cubicfeet", "m^3 cubicmeters", "hr hour hours hrs", "min minute minutes mins", "s sec second seconds secs",
            "day days", "week weeks", "month months", "year years", "kg kilogram kilograms", "g gram grams gm", "lb lbs pound pounds", "oz ounce ounces", "gal gallon gallons", "cent cents ¢", "$ dollar dollars usd", "€ euro euros", "£",
            "deg degree degrees °", "rad radian radians", "% percent", "mph", "km/h kph",
        ])
        {
            var names = line.Split(' ');
            foreach (var name in names) table[name] = names[0];
        }
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
