using System.Globalization;
using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>C's <c>strftime</c> in the C locale, with glibc's flags <c>- _ 0 ^ #</c>.</summary>
internal static class Strftime
{
    public static string Format(Rendering rendering, DateTimeOffset now, string format)
    {
        var text = new StringBuilder();
        rendering.Budget.SpendText(format.Length * 4L);
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }
            var flag = '\0';
            if ("-_0^#".Contains(format[++i], StringComparison.Ordinal) && i + 1 < format.Length)
                flag = format[i++];
            text.Append(Field(rendering, now, format[i], flag));
        }
        return text.ToString();
    }

    private static string Field(Rendering rendering, DateTimeOffset t, char field, char flag)
    {
        string Number(int value, int width, char pad = '0')
        {
            pad = flag switch { '_' => ' ', '0' => '0', _ => pad };
            var digits = value.ToString(CultureInfo.InvariantCulture);
            return flag == '-' ? digits : digits.PadLeft(width, pad);
        }
        string Word(string word) => flag == '^' ? word.ToUpperInvariant() : flag == '#' ? (field == 'p' ? word.ToLowerInvariant() : word.ToUpperInvariant()) : word;
        string Again(string format) => Format(rendering, t, format);
        var names = CultureInfo.InvariantCulture.DateTimeFormat;
        var hour12 = t.Hour % 12 == 0 ? 12 : t.Hour % 12;
        var monday = ((int)t.DayOfWeek + 6) % 7;
        return field switch
        {
            'a' => Word(names.GetAbbreviatedDayName(t.DayOfWeek)),
            'A' => Word(names.GetDayName(t.DayOfWeek)),
            'b' or 'h' => Word(names.GetAbbreviatedMonthName(t.Month)),
            'B' => Word(names.GetMonthName(t.Month)),
            'c' => Again("%a %b %e %H:%M:%S %Y"),
            'C' => Number(t.Year / 100, 2),
            'd' => Number(t.Day, 2),
            'D' or 'x' => Again("%m/%d/%y"),
            'e' => Number(t.Day, 2, ' '),
            'f' => (t.Ticks % TimeSpan.TicksPerSecond / 10).ToString("000000", CultureInfo.InvariantCulture),
            'F' => Again("%Y-%m-%d"),
            'g' => Number(ISOWeek.GetYear(t.DateTime) % 100, 2),
            'G' => Number(ISOWeek.GetYear(t.DateTime), 4),
            'H' => Number(t.Hour, 2),
            'I' => Number(hour12, 2),
            'j' => Number(t.DayOfYear, 3),
            'k' => Number(t.Hour, 2, ' '),
            'l' => Number(hour12, 2, ' '),
            'm' => Number(t.Month, 2),
            'M' => Number(t.Minute, 2),
            'n' => "\n",
            'p' => Word(t.Hour < 12 ? "AM" : "PM"),
            'P' => t.Hour < 12 ? "am" : "pm",
            'r' => Again("%I:%M:%S %p"),
            'R' => Again("%H:%M"),
            'S' => Number(t.Second, 2),
            't' => "\t",
            'T' or 'X' => Again("%H:%M:%S"),
            'u' => Number(monday + 1, 1),
            'U' => Number((t.DayOfYear + 6 - (int)t.DayOfWeek) / 7, 2),
            'V' => Number(ISOWeek.GetWeekOfYear(t.DateTime), 2),
            'w' => Number((int)t.DayOfWeek, 1),
            'W' => Number((t.DayOfYear + 6 - monday) / 7, 2),
            'y' => Number(t.Year % 100, 2),
            'Y' => Number(t.Year, flag == '0' ? 4 : 1),
            'z' or 'Z' => "", // Python's datetime.now() knows no zone
            '%' => "%",
            _ => throw new JinjaError($"strftime_now: '%{field}' is not supported"),
        };
    }
}
