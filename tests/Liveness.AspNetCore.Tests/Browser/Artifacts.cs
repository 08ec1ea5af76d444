using System.Runtime.CompilerServices;

namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>Where pictures and figures are kept: artifacts/browser.</summary>
internal static class Artifacts
{
    public static string Path(string name)
    {
        string folder = System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "artifacts", "browser"));
        Directory.CreateDirectory(folder);
        return System.IO.Path.Combine(folder, name);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
