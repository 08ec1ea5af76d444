using System.Globalization;
using System.Text.RegularExpressions;

namespace Liveness.Tool.Conformance;

/// <summary>
/// HOST and PORT in the testee's arguments. They count as a whole argument, as <c>HOST:PORT</c>, <c>localhost:PORT</c> or
/// <c>tcp://HOST:PORT</c>, and behind the = of an option; never in the program's own name, nor inside another word.
/// </summary>
internal static partial class Placeholders
{
    public const string DataPort = "DATAPORT";

    public static bool NamesHost(IReadOnlyList<string> command) => command.Skip(1).Any(word => Form().Match(word).Groups["host"].Success);

    public static bool NamesPort(IReadOnlyList<string> command) => command.Skip(1).Any(word => Form().Match(word).Groups["port"].Success);

    /// <param name="command">With the placeholders.</param>
    /// <param name="host">For HOST.</param>
    /// <param name="port">For PORT.</param>
    /// <param name="dataPort">For DATAPORT, as a whole argument.</param>
    /// <returns>The command to start.</returns>
    public static string[] Fill(IReadOnlyList<string> command, string host, int port, int dataPort = 0)
    {
        string number = port.ToString(CultureInfo.InvariantCulture);
        return [command[0], .. command.Skip(1).Select(InPlace)];

        string InPlace(string word)
        {
            if (word == DataPort)
            {
                return dataPort.ToString(CultureInfo.InvariantCulture);
            }

            return Form().Match(word) is { Success: true, Groups: var parts }
                ? parts["before"].Value
                    + (parts["host"].Success ? host : parts["name"].Value)
                    + parts["colon"].Value
                    + (parts["port"].Success ? number : "")
                : word;
        }
    }

    [GeneratedRegex(
        @"^(?<before>(?:[^=]*=)?(?:[A-Za-z]+://)?)"
            + @"(?:(?<host>HOST)(?:(?<colon>:)(?<port>PORT))?|(?:(?<name>[^:=/]+|\[[^\]]*\])(?<colon>:))?(?<port>PORT))$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
