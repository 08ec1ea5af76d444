using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Liveness.Analyzers;

/// <summary>LIV001: awaits StartAsync right after wrapping, where an await may stand.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
internal sealed class StartCodeFix : CodeFixProvider
{
    private const string Title = "Start the stream here";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.NeverStarted.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SyntaxNode? creation = root?.FindNode(context.Span, getInnermostNodeForTie: true);
        if (creation?.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { Parent.Parent: StatementSyntax statement } declarator
            && AsyncCode.Surrounds(statement)
            && Fixed(root!, statement, Start(declarator.Identifier)) is { } changed)
        {
            context.RegisterCodeFix(
                CodeAction.Create(Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), equivalenceKey: Title),
                context.Diagnostics);
        }
    }

    private static SyntaxNode? Fixed(SyntaxNode root, StatementSyntax statement, StatementSyntax start) => statement switch
    {
        UsingStatementSyntax { Statement: BlockSyntax block } =>
            root.ReplaceNode(block, block.WithStatements(block.Statements.Insert(0, start))),
        LocalDeclarationStatementSyntax { Parent: BlockSyntax } => root.InsertNodesAfter(statement, [start]),
        LocalDeclarationStatementSyntax { Parent: GlobalStatementSyntax global } =>
            root.InsertNodesAfter(global, [SyntaxFactory.GlobalStatement(start)]),
        _ => null,
    };

    private static StatementSyntax Start(SyntaxToken stream) =>
        SyntaxFactory.ParseStatement($"await {stream.Text}.StartAsync();")
            .WithTrailingTrivia(SyntaxFactory.ElasticLineFeed)
            .WithAdditionalAnnotations(Formatter.Annotation);
}
