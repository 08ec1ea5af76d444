using System.CommandLine;

namespace Liveness.Tests.Samples;

/// <summary>A command line as it is typed, and what a sample says to it.</summary>
internal static class SampleLine
{
    public static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What is wrong, each in the words that the user sees.</summary>
    public static IEnumerable<string> Problems(ParseResult parsed) => parsed.Errors.Select(error => error.Message);

    /// <summary>The help as it is printed, on a terminal that is wide enough.</summary>
    public static string Help(Func<IReadOnlyList<string>, ParseResult> parse, params string[] words)
    {
        using StringWriter printed = new();
        parse([.. words, "--help"]).Invoke(new InvocationConfiguration { Output = printed }).Should().Be(0);
        return printed.ToString();
    }
}
