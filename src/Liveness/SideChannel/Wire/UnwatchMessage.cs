namespace Liveness;

internal readonly record struct UnwatchMessage(ulong Id, UnwatchReason Reason);
