using System.Text;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>
/// Cuts a template into tokens as Jinja does with the settings of chat templates: <c>trim_blocks</c>, <c>lstrip_blocks</c>, and the template's
/// last newline dropped. Every character is looked at a bounded number of times.
/// </summary>
internal sealed class Lexer
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", "<=", ">=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _position;
    private int _countedTo;
    private int _line = 1;
    private bool _isLineStart = true;

    private Lexer(string source) => _source = source;

    public static List<Token> Tokenize(string template)
    {
        var source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (source.EndsWith('\n'))
            source = source[..^1];
        var lexer = new Lexer(source);
        lexer.Run();
        return lexer._tokens;
    }

    private int LineAt(int position)
    {
        if (position > _countedTo)
        {
            _line += _source.AsSpan(_countedTo, position - _countedTo).Count('\n');
            _countedTo = position;
        }
        return _line;
    }

    private void Add(TokenKind kind, string text, int position, object? value = null) => _tokens.Add(new Token(kind, text, value, LineAt(position)));

    private void MoveTo(int position)
    {
        _isLineStart = position > 0 && _source[position - 1] == '\n';
        _position = position;
    }

    private void Run()
    {
        while (_position < _source.Length)
        {
            var start = FindTag(_position);
            if (start < 0)
            {
                Add(TokenKind.Data, _source[_position..], _position);
                _position = _source.Length;
                break;
            }
            switch (_source[start + 1])
            {
                case '{': ReadTag(start, isBlock: false); break;
                case '#': ReadComment(start); break;
                default:
                    if (MatchRaw(start) is { } contentStart)
                        ReadRaw(start, contentStart);
                    else
                        ReadTag(start, isBlock: true);
                    break;
            }
        }
        Add(TokenKind.End, "", _source.Length);
    }

    private int FindTag(int from)
    {
        for (var i = _source.IndexOf('{', from); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
            if (_source[i + 1] is '{' or '%' or '#')
                return i;
        return -1;
    }

    private char At(int position) => position < _source.Length ? _source[position] : '\0';

    private bool Matches(int position, string text) => string.CompareOrdinal(_source, position, text, 0, text.Length) == 0;

    private int SkipSpace(int position)
    {
        while (position < _source.Length && PyText.IsSpace(_source[position]))
            position++;
        return position;
    }

    /// <summary>Adds the text before a tag, shortened as the tag's sign or lstrip_blocks ask.</summary>
    private void AddText(int end, char sign, bool isVariable)
    {
        var text = _source[_position..end];
        if (sign == '-')
        {
            text = PyText.TrimEnd(text);
        }
        else if (sign != '+' && !isVariable)
        {
            var lineStart = text.LastIndexOf('\n') + 1;
            if ((lineStart > 0 || _isLineStart) && lineStart < text.Length && PyText.TrimEnd(text[lineStart..]).Length == 0)
                text = text[..lineStart];
        }
        if (text.Length > 0)
            Add(TokenKind.Data, text, _position);
    }

    private char SignAt(int position) => At(position) is '-' or '+' ? At(position) : '\0';

    private int? MatchRaw(int start)
    {
        var i = start + 2 + (SignAt(start + 2) == '\0' ? 0 : 1);
        i = SkipSpace(i);
        if (!Matches(i, "raw"))
            return null;
        i = SkipSpace(i + 3);
        if (Matches(i, "-%}"))
            return SkipSpace(i + 3);
        return Matches(i, "%}") ? i + 2 : null;
    }

    private void ReadRaw(int start, int contentStart)
    {
        AddText(start, SignAt(start + 2), isVariable: false);
        MoveTo(contentStart);
        for (var i = _source.IndexOf("{%", contentStart, StringComparison.Ordinal); i >= 0; i = _source.IndexOf("{%", i + 1, StringComparison.Ordinal))
        {
            var sign = SignAt(i + 2);
            var j = SkipSpace(i + 2 + (sign == '\0' ? 0 : 1));
            if (!Matches(j, "endraw") || MatchBlockEnd(SkipSpace(j + 6)) is not { } end)
                continue;
            AddText(i, sign, isVariable: false);
            MoveTo(end);
            return;
        }
        throw new JinjaError("Missing end of raw directive", LineAt(start));
    }

    private void ReadComment(int start)
    {
        AddText(start, SignAt(start + 2), isVariable: false);
        var line = LineAt(start);
        var from = start + 2 + (SignAt(start + 2) == '\0' ? 0 : 1);
        var close = _source.IndexOf("#}", from, StringComparison.Ordinal);
        if (close < 0)
            throw new JinjaError("Missing end of comment tag", line);
        var end = close + 2;
        if (close > from && _source[close - 1] == '-')
            end = SkipSpace(end);
        else if (!(close > from && _source[close - 1] == '+') && At(end) == '\n')
            end++;
        MoveTo(end);
    }

    private int? MatchBlockEnd(int i)
    {
        if (Matches(i, "+%}"))
            return i + 3;
        if (Matches(i, "-%}"))
            return SkipSpace(i + 3);
        return Matches(i, "%}") ? i + (At(i + 2) == '\n' ? 3 : 2) : null;
    }

    private int? MatchVariableEnd(int i) => Matches(i, "-}}") ? SkipSpace(i + 3) : Matches(i, "}}") ? i + 2 : null;

    private void ReadTag(int start, bool isBlock)
    {
        var sign = SignAt(start + 2);
        AddText(start, sign, isVariable: !isBlock);
        Add(isBlock ? TokenKind.BlockBegin : TokenKind.VariableBegin, "", start);
        var open = new Stack<char>();
        var i = start + 2 + (sign == '\0' ? 0 : 1);
        while (i < _source.Length)
        {
            if (open.Count == 0 && (isBlock ? MatchBlockEnd(i) : MatchVariableEnd(i)) is { } end)
            {
                Add(isBlock ? TokenKind.BlockEnd : TokenKind.VariableEnd, "", i);
                MoveTo(end);
                return;
            }
            i = PyText.IsSpace(_source[i]) ? SkipSpace(i) : ReadToken(i, open);
        }
        _position = i; // the parser tells what is missing
    }

    private int ReadToken(int i, Stack<char> open)
    {
        var c = _source[i];
        if (char.IsAsciiDigit(c))
        {
            var end = NumberLiteral.Read(_source, i, out var value);
            Add(value is double ? TokenKind.Float : TokenKind.Integer, _source[i..end], i, value);
            return end;
        }
        if (PyText.NameLength(_source, i) is > 0 and var length)
        {
            var name = _source.Substring(i, length);
            if (!PyText.IsIdentifier(name))
                throw new JinjaError($"Invalid character in identifier '{name}'", LineAt(i));
            Add(TokenKind.Name, name, i);
            return i + length;
        }
        if (c is '\'' or '"')
        {
            var end = i + 1;
            while (end < _source.Length && _source[end] != c)
                end += _source[end] == '\\' ? 2 : 1;
            if (end >= _source.Length)
                throw new JinjaError($"unexpected char {PyRepr.Quote(c.ToString())}: the string that begins here has no end", LineAt(i));
            try
            {
                Add(TokenKind.Text, TextLiteral.Unescape(_source.AsSpan(i + 1, end - i - 1)), i);
            }
            catch (JinjaError e) when (e.Line is null)
            {
                throw new JinjaError(e.Message, LineAt(i));
            }
            return end + 1;
        }
        foreach (var op in Operators)
            if (Matches(i, op))
            {
                Balance(op[0], i, open);
                Add(TokenKind.Operator, op, i);
                return i + op.Length;
            }
        throw new JinjaError($"unexpected char {PyRepr.Quote(Rune.TryGetRuneAt(_source, i, out var rune) ? rune.ToString() : c.ToString())}", LineAt(i));
    }

    private void Balance(char op, int position, Stack<char> open)
    {
        if (op is '{' or '(' or '[')
            open.Push(op switch { '{' => '}', '(' => ')', _ => ']' });
        else if (op is '}' or ')' or ']')
        {
            if (!open.TryPop(out var expected))
                throw new JinjaError($"unexpected '{op}'", LineAt(position));
            if (expected != op)
                throw new JinjaError($"unexpected '{op}', expected '{expected}'", LineAt(position));
        }
    }
}
