namespace Liveness.KeepAlive;

/// <summary>
/// Keepalive as the kernel holds it: the switch, whole seconds, and a count. As a rule it is the same on all sockets of a process, and they
/// share one object.
/// </summary>
internal sealed record KeepAliveNumbers(bool Enabled, int Idle, int Interval, int Count);
