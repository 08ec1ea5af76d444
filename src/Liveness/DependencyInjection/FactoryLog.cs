using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Log messages of the factory. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class FactoryLog
{
    [LoggerMessage(90, LogLevel.Information,
        "Going away: the peers of {Connections} connections are told, and have {Within} for their answers",
        EventName = "DrainBegun")]
    public static partial void DrainBegun(GuardedLogger logger, int connections, TimeSpan within);

    [LoggerMessage(91, LogLevel.Information,
        "Gone away: {Connections} connections in {Took}: {Confirmed} confirmed, {NotConfirmed} not confirmed, {Lost} lost, {NotTold} not "
        + "told",
        EventName = "DrainEnded")]
    public static partial void DrainEnded(
        GuardedLogger logger, int connections, TimeSpan took, int confirmed, int notConfirmed, int lost, int notTold);
}
