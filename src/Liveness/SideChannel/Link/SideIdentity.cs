namespace Liveness.SideChannel;

/// <summary>Who an end of a side connection is, by its HELLO: this stream, and the process behind it.</summary>
internal readonly record struct SideIdentity(UInt128 EndpointId, UInt128 InstanceId);
