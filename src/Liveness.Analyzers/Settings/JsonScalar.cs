using Microsoft.CodeAnalysis.Text;

namespace Liveness.Analyzers;

/// <summary>A text, a number or a word in a file of JSON.</summary>
internal sealed class JsonScalar(string[] path, string text, TextSpan span)
{
    /// <summary>The keys of the sections around it, and its own.</summary>
    public string[] Path { get; } = path;

    /// <summary>Without quotation marks.</summary>
    public string Text { get; } = text;

    /// <summary>In the file, with quotation marks.</summary>
    public TextSpan Span { get; } = span;
}
