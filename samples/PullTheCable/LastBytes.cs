using Liveness.Testing;

namespace PullTheCable;

/// <summary>From when each end's detection counts: timestamps of <see cref="System.Diagnostics.Stopwatch"/>, 0 = unknown.</summary>
internal readonly record struct LastBytes(long Client, long Server)
{
    public static LastBytes Of(FaultKind fault, LoopbackRelay relay, long struck)
    {
        long toClient = relay.LastDeliveredToClient ?? 0;
        long toServer = relay.LastDeliveredToServer ?? 0;
        return fault switch
        {
            // An end that goes on hearing its peer has no last byte of its own: what counts is the last one that its peer got.
            FaultKind.CutOut => new LastBytes(toServer, toServer),
            FaultKind.CutIn => new LastBytes(toClient, toClient),
            FaultKind.Reset => new LastBytes(struck, struck),
            _ => new LastBytes(toClient, toServer),
        };
    }
}
