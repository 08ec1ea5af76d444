using System.Text;

namespace Liveness.Tests.Layering;

/// <summary>C# without its comments and texts, so that a name in it is a name: the code in the holes of interpolated texts stays.</summary>
internal sealed class CodeOnly
{
    private readonly string _source;
    private readonly StringBuilder _code = new();
    private int _at;

    private CodeOnly(string source) => _source = source;

    public static string Of(string source)
    {
        CodeOnly reader = new(source);
        reader.ReadCode(isHole: false);
        return reader._code.ToString();
    }

    private char Next => Peek(0);

    private char Peek(int ahead) => _at + ahead < _source.Length ? _source[_at + ahead] : '\0';

    private void ReadCode(bool isHole)
    {
        for (int depth = 0; _at < _source.Length;)
        {
            if (isHole && depth == 0 && Next == '}')
            {
                return;
            }

            depth += Next == '{' ? 1 : Next == '}' ? -1 : 0;
            ReadToken();
        }
    }

    private void ReadToken()
    {
        int prefix = 0;
        while (Peek(prefix) is '$' or '@')
        {
            prefix++;
        }

        if (Next == '/' && Peek(1) == '/')
        {
            Skip(_source.IndexOf('\n', _at));
        }
        else if (Next == '/' && Peek(1) == '*')
        {
            Skip(_source.IndexOf("*/", _at, StringComparison.Ordinal) + 2);
        }
        else if (Next == '\'')
        {
            _at += Peek(1) == '\\' ? 2 : 1;
            Skip(_source.IndexOf('\'', _at + 1) + 1);
        }
        else if (Peek(prefix) == '"')
        {
            string marks = _source.Substring(_at, prefix);
            _at += prefix;
            ReadText(marks.Contains('$', StringComparison.Ordinal), marks.Contains('@', StringComparison.Ordinal));
        }
        else
        {
            _code.Append(_source[_at++]);
        }
    }

    private void ReadText(bool hasHoles, bool isVerbatim)
    {
        int quotes = 0;
        while (Next == '"')
        {
            quotes++;
            _at++;
        }

        _code.Append(' ');
        if (quotes == 2)
        {
            return;
        }

        if (quotes > 2)
        {
            Skip(_source.IndexOf(new string('"', quotes), _at, StringComparison.Ordinal) + quotes);
            return;
        }

        while (_at < _source.Length && !(Next == '"' && !(isVerbatim && Peek(1) == '"')))
        {
            bool isEscaped = (isVerbatim ? Next == '"' : Next == '\\') || (hasHoles && Next is '{' or '}' && Peek(1) == Next);
            bool isHole = hasHoles && !isEscaped && Next == '{';
            _at += isEscaped ? 2 : 1;
            if (isHole)
            {
                ReadCode(isHole: true);
                _code.Append(' ');
            }
        }

        _at++;
    }

    private void Skip(int to)
    {
        _at = to <= _at ? _source.Length : to;
        _code.Append(' ');
    }
}
