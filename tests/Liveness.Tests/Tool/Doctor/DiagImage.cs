using System.Runtime.CompilerServices;

namespace Liveness.Tests.Tool.Doctor;

/// <summary>A real answer of sock_diag.</summary>
internal static class DiagImage
{
    /// <summary>One message each; those of IPv4 first, each dump with its end.</summary>
    public static byte[][] Messages { get; } =
        [.. File.ReadLines(Path.Combine(Path.GetDirectoryName(ThisFile())!, "dump.txt")).Where(static line => !line.StartsWith('#')).Select(Convert.FromHexString)];

    /// <summary>Both dumps, as two datagrams.</summary>
    public static byte[][] Datagrams
    {
        get
        {
            int end = Array.FindIndex(Messages, static message => message.Length < 72) + 1;
            return [[.. Messages[..end].SelectMany(static bytes => bytes)], [.. Messages[end..].SelectMany(static bytes => bytes)]];
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
