namespace Liveness.Tool.IdleLimit;

/// <summary>Keepalive that holds the limit.</summary>
internal sealed record HoldingJson(int IdleSeconds, int IntervalSeconds, int Probes, long UserTimeoutMilliseconds);
