using Microsoft.CodeAnalysis.Diagnostics;

namespace Liveness.Analyzers;

/// <summary>Looks at code that knows Liveness, and at nothing else.</summary>
internal abstract class LivenessAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } types)
            {
                Register(start, types);
            }
        });
    }

    private protected abstract void Register(CompilationStartAnalysisContext context, KnownTypes types);
}
