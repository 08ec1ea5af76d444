using System.Collections.Concurrent;
using System.Text;

namespace Liveness.AspNetCore;

/// <summary>Names of the code in plain words: PeerHostOrPathDead is "Peer host or path dead".</summary>
internal static class StatusWords
{
    private static readonly ConcurrentDictionary<string, string> s_words = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<LossDiagnosis, string> s_names = [];
    private static readonly ConcurrentDictionary<string, string> s_types = new(StringComparer.Ordinal);

    public static string Of(string name) => s_words.GetOrAdd(name, Split);

    public static string Of(LivenessState state) => Of(state switch
    {
        LivenessState.Alive => nameof(LivenessState.Alive),
        LivenessState.Suspect => nameof(LivenessState.Suspect),
        _ => state.ToString(),
    });

    public static string Of(LossDiagnosis diagnosis) => Of(NameOf(diagnosis));

    public static string NameOf(LossDiagnosis diagnosis) => s_names.GetOrAdd(diagnosis, static one => one.ToString());

    /// <summary>heartbeat_timed_out is HeartbeatTimedOut, which is the type.</summary>
    public static string TypeOf(string errorType) => s_types.GetOrAdd(errorType, static snake => string.Concat(
        snake.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(static word => char.ToUpperInvariant(word[0]) + word[1..])));

    private static string Split(string name)
    {
        if (name == nameof(LivenessMode.InBand))
        {
            return "In-band";
        }

        StringBuilder words = new(name.Length + 8);
        foreach (char letter in name)
        {
            bool beginsWord = char.IsAsciiLetterUpper(letter) && words.Length > 0 && words[^1] != ' ';
            words.Append(beginsWord ? " " : "").Append(words.Length > 1 ? char.ToLowerInvariant(letter) : letter);
        }

        return words.ToString();
    }
}
