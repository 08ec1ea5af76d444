namespace Liveness;

/// <summary>Empty options that the host validates when it starts: the one moment at start that the options library offers.</summary>
internal sealed class LivenessStart;
