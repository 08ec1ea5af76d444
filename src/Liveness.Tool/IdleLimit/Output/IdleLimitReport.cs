using System.Net;

namespace Liveness.Tool.IdleLimit;

/// <summary>What a search has shown, and how.</summary>
/// <param name="Server">The address that was asked.</param>
/// <param name="Trials">Each connection, in the order in which they ended.</param>
/// <param name="Took">How long it took.</param>
internal sealed record IdleLimitReport(
    IdleLimitRequest Request, IPEndPoint Server, SearchResult Result, IReadOnlyList<Trial> Trials, TimeSpan Took)
{
    /// <summary>Null where keepalive can't be so quick.</summary>
    public HoldingSettings? Holding => HoldingSettings.For(Result.SafeIdle);
}
