using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace Liveness.Analyzers;

/// <summary>LIV008: takes the number for seconds.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
internal sealed class SecondsCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.BareDays.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is not null && context.Diagnostics[0].Properties.TryGetValue(BareDaysAnalyzer.NumberProperty, out string? number))
        {
            string seconds = $"TimeSpan.FromSeconds({number})";
            SyntaxNode days = root.FindNode(context.Span, getInnermostNodeForTie: true);
            SyntaxNode changed = root.ReplaceNode(days, SyntaxFactory.ParseExpression(seconds).WithTriviaFrom(days));
            context.RegisterCodeFix(
                CodeAction.Create($"Use '{seconds}'", _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), "Seconds"),
                context.Diagnostics);
        }
    }
}
