using System.Net;

namespace Liveness.Tool.IdleLimit;

/// <summary>What a search has shown, and how.</summary>
/// <param name="Server">The address that was asked.</param>
/// <param name="Trials">Each connection, in the order in which they ended.</param>
/// <param name="Took">How long it took.</param>
internal sealed record IdleLimitReport(
    IdleLimitRequest Request, IPEndPoint Server, SearchResult Result, IReadOnlyList<Trial> Trials, TimeSpan Took)
{
    /// <summary>Lost by chance below it, a connection does not make keepalive impossible.</summary>
    private static readonly TimeSpan s_quickest = TimeSpan.FromSeconds(3);

    /// <summary>Null where keepalive can't be so quick, or nothing is sure enough for settings.</summary>
    public HoldingSettings? Holding => Result.Verdict == SearchVerdict.Unsure ? null
        : HoldingSettings.For(Result.SafeIdle) ?? HoldingSettings.For(Durations.Shorter(Result.AliveAfter, s_quickest));
}
