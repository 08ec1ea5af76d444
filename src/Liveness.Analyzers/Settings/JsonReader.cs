using Microsoft.CodeAnalysis.Text;

namespace Liveness.Analyzers;

/// <summary>Finds the values of a settings file. An analyzer brings no library along, and needs no more of JSON than this.</summary>
internal sealed class JsonReader(string text)
{
    private readonly List<string> _sections = [];
    private readonly List<JsonScalar> _scalars = [];
    private string _key = "";
    private int _at;

    /// <summary>As far as it can be read: a file that is being typed is seldom whole.</summary>
    public static IReadOnlyList<JsonScalar> Read(string text) => new JsonReader(text).Scalars();

    private List<JsonScalar> Scalars()
    {
        while (_at < text.Length)
        {
            char next = text[_at];
            switch (next)
            {
                case '{' or '[':
                    _sections.Add(_key);
                    _key = "";
                    _at++;
                    break;
                case '}' or ']':
                    if (_sections.Count > 0)
                    {
                        _sections.RemoveAt(_sections.Count - 1);
                    }

                    _at++;
                    break;
                case '/':
                    SkipComment();
                    break;
                case '"':
                    ReadText();
                    break;
                default:
                    ReadWord();
                    break;
            }
        }

        return _scalars;
    }

    private void SkipComment()
    {
        bool isBlock = _at + 1 < text.Length && text[_at + 1] == '*';
        int end = text.IndexOf(isBlock ? "*/" : "\n", _at, StringComparison.Ordinal);
        _at = end < 0 ? text.Length : end + (isBlock ? 2 : 1);
    }

    /// <summary>A key, where a colon follows, or else a value.</summary>
    private void ReadText()
    {
        int begin = _at++;
        while (_at < text.Length && text[_at] is not ('"' or '\n'))
        {
            _at += text[_at] == '\\' ? 2 : 1;
        }

        _at = Math.Min(_at + 1, text.Length);
        string content = text.Substring(begin + 1, Math.Max(0, _at - begin - 2));
        int after = _at;
        while (after < text.Length && char.IsWhiteSpace(text[after]))
        {
            after++;
        }

        if (after < text.Length && text[after] == ':')
        {
            _key = content;
        }
        else
        {
            Add(content, begin);
        }
    }

    private void ReadWord()
    {
        int begin = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '.' or '-' or '+'))
        {
            _at++;
        }

        if (_at > begin)
        {
            Add(text.Substring(begin, _at - begin), begin);
        }
        else
        {
            _at++;
        }
    }

    private void Add(string content, int begin) =>
        _scalars.Add(new JsonScalar([.. _sections.Skip(1), _key], content, TextSpan.FromBounds(begin, _at)));
}
