namespace Liveness.SideChannel;

internal readonly record struct UnwatchMessage(ulong Id, UnwatchReason Reason);
