using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Liveness.Analyzers;

/// <summary>LIV007: declares the variable with "await using", where an await may stand.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
internal sealed class DisposeCodeFix : CodeFixProvider
{
    private const string Title = "Declare with 'await using'";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.NotDisposed.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SyntaxNode? creation = root?.FindNode(context.Span, getInnermostNodeForTie: true);
        if (creation?.FirstAncestorOrSelf<VariableDeclaratorSyntax>()?.Parent is VariableDeclarationSyntax
            {
                Variables.Count: 1,
                Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } statement,
            }
            && AsyncCode.Surrounds(statement))
        {
            SyntaxNode changed = root!.ReplaceNode(statement, WithUsing(statement));
            context.RegisterCodeFix(
                CodeAction.Create(Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), equivalenceKey: Title),
                context.Diagnostics);
        }
    }

    private static LocalDeclarationStatementSyntax WithUsing(LocalDeclarationStatementSyntax statement) => statement
        .WithoutLeadingTrivia()
        .WithAwaitKeyword(SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space))
        .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space))
        .WithLeadingTrivia(statement.GetLeadingTrivia());
}
