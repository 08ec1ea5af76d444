namespace Liveness;

/// <summary>The first frame each way: who I am, which versions I speak, how often I want to hear you, how much you may send.</summary>
/// <param name="InstanceId">Random, one per process.</param>
/// <param name="EndpointId">Random, one per stream: our own coming back means that something mirrors our bytes.</param>
/// <param name="MaxFrame">The largest DATA payload that this end accepts, 1..65,536.</param>
/// <param name="FirstCredit">How many DATA bytes the peer may send before the first CREDIT.</param>
internal sealed record HelloFrame(
    byte MinVersion,
    byte MaxVersion,
    ushort Flags,
    UInt128 InstanceId,
    UInt128 EndpointId,
    WireIntervals Intervals,
    uint MaxFrame,
    ulong FirstCredit);
