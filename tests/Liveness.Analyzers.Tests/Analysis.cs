using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Liveness.Analyzers.Tests;

/// <summary>Runs every analyzer over a program.</summary>
internal static class Analysis
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>What this process runs on, Liveness and its own assemblies included.</summary>
    public static ImmutableArray<MetadataReference> References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => !Path.GetFileName(path).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
    [
        .. typeof(LivenessAnalyzer).Assembly.GetTypes()
            .Where(static type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <summary>Of a program that compiles.</summary>
    public static async Task<Diagnostic[]> OfAsync(
        string code, IEnumerable<AdditionalText>? files = null, IEnumerable<MetadataReference>? references = null)
    {
        CSharpParseOptions language = new(LanguageVersion.Latest);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Staged",
            [CSharpSyntaxTree.ParseText(Usings, language), CSharpSyntaxTree.ParseText(code, language)],
            references ?? References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        compilation.GetDiagnostics().Where(static one => one.Severity >= DiagnosticSeverity.Warning).Should().BeEmpty();

        CompilationWithAnalyzersOptions options = new(
            new AnalyzerOptions([.. files ?? []]),
            onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        return [.. await compilation.WithAnalyzers(Analyzers, options).GetAnalyzerDiagnosticsAsync()];
    }
}
