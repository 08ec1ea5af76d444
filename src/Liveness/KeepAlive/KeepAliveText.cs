using System.Globalization;

namespace Liveness.KeepAlive;

/// <summary>Durations in words.</summary>
internal static class KeepAliveText
{
    public static string Of(TimeSpan? span, string infinite = "unlimited")
    {
        return span switch
        {
            null => "?",
            { } value when value == Timeout.InfiniteTimeSpan => infinite,
            { } value => value.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s",
        };
    }

    /// <summary>A span within which something happens.</summary>
    public static string Within(TimeSpan? span, string unknown)
    {
        return span is null ? unknown : span == Timeout.InfiniteTimeSpan ? "never" : "within " + Of(span);
    }
}
