using System.Runtime.CompilerServices;

namespace Liveness.Analyzers.Tests;

/// <summary>Programs with mistakes, and the same without.</summary>
internal static class StagedFiles
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    public static string Folder { get; } = Path.Combine(Root, "tests", "Liveness.Analyzers.Tests", "Staged");

    public static string[] Named(string pattern) => [.. Directory.EnumerateFiles(Folder, pattern).Order(StringComparer.Ordinal)];

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
