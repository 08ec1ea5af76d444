using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace Liveness.Analyzers;

/// <summary>LIV002: puts the wrapper in the place of the stream that it wraps. A socket has other members than a stream.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
internal sealed class UseWrapperCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.InnerUsed.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        Diagnostic diagnostic = context.Diagnostics[0];
        if (root is null || model is null
            || !diagnostic.Properties.TryGetValue(InnerUsedAnalyzer.WrapperProperty, out string? wrapper) || wrapper is null
            || KnownTypes.Of(model.Compilation) is not { } types)
        {
            return;
        }

        SyntaxNode used = root.FindNode(context.Span, getInnermostNodeForTie: true);
        bool isStream = KnownTypes.IsOrDerives(model.GetTypeInfo(used, context.CancellationToken).Type, types.Stream);
        bool isInScope = model.LookupSymbols(used.SpanStart, name: wrapper).Any(symbol => symbol is ILocalSymbol);
        if (isStream && isInScope)
        {
            string title = $"Use '{wrapper}'";
            SyntaxNode changed = root.ReplaceNode(used, SyntaxFactory.IdentifierName(wrapper).WithTriviaFrom(used));
            context.RegisterCodeFix(
                CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), equivalenceKey: "UseWrapper"),
                diagnostic);
        }
    }
}
