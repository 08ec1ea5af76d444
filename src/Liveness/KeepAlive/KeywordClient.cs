using System.Globalization;

namespace Liveness.KeepAlive;

/// <summary>What a database client can be told of keepalive. Facts of its own source.</summary>
/// <param name="Name">As its package.</param>
/// <param name="FixedInterval">In seconds, where there is no keyword; null = there is one.</param>
/// <param name="CanSwitchOff">Else keepalive is always on.</param>
/// <param name="Write">The keywords.</param>
internal sealed record KeywordClient(string Name, int? FixedInterval, bool CanSwitchOff, Func<KeywordTimes, string> Write)
{
    /// <summary>An interval without a time is refused there, and a time without an interval is taken for both: always both or none.
    /// </summary>
    public static readonly KeywordClient Npgsql = new("Npgsql", null, CanSwitchOff: true, static times => times switch
    {
        { Enabled: false } => "Tcp Keepalive=False",
        { Idle: { } idle, Interval: { } interval } => string.Create(
            CultureInfo.InvariantCulture, $"Tcp Keepalive=True;Tcp Keepalive Time={idle};Tcp Keepalive Interval={interval}"),
        _ => "Tcp Keepalive=True",
    });

    public static readonly KeywordClient MySqlConnector = new("MySqlConnector", 1, CanSwitchOff: false, static times =>
        string.Create(CultureInfo.InvariantCulture, $"Keep Alive={times.Idle ?? 0}"));
}
