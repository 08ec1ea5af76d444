using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Liveness.Analyzers.Tests;

/// <summary>An appsettings.json that a compiler is given.</summary>
internal sealed class SettingsFile(string path, string text) : AdditionalText
{
    public override string Path => path;

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
}
