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
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is not null && model is not null && KnownTypes.Of(model.Compilation)?.TimeSpan is { } timeSpan
            && context.Diagnostics[0].Properties.TryGetValue(BareDaysAnalyzer.NumberProperty, out string? number))
        {
            string seconds = $"{Name(timeSpan, model, context.Span.Start)}.FromSeconds({number})";
            SyntaxNode days = root.FindNode(context.Span, getInnermostNodeForTie: true);
            SyntaxNode changed = root.ReplaceNode(days, SyntaxFactory.ParseExpression(seconds).WithTriviaFrom(days));
            context.RegisterCodeFix(
                CodeAction.Create($"Use '{seconds}'", _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), "Seconds"),
                context.Diagnostics);
        }
    }

    /// <summary>The shortest that compiles there: nobody has to import the namespace, and another one may be called System too.</summary>
    private static string Name(INamedTypeSymbol timeSpan, SemanticModel model, int position)
    {
        string name = timeSpan.ToMinimalDisplayString(model, position);
        bool isSystem = model.LookupNamespacesAndTypes(position, name: nameof(System))
            .All(static symbol => symbol is INamespaceSymbol { ContainingNamespace.IsGlobalNamespace: true });
        return name == timeSpan.Name || isSystem ? name : $"global::{timeSpan.ContainingNamespace}.{timeSpan.Name}";
    }
}
