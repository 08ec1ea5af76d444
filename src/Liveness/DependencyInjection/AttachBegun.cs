namespace Liveness;

/// <summary>What an attach has come to.</summary>
/// <param name="Attached">Is watched.</param>
/// <param name="Settings">By which; those of a plain peer are others.</param>
/// <param name="Plain">How a plain peer was known; null = it is none.</param>
internal readonly record struct AttachBegun(AttachedConnection Attached, LivenessSettings Settings, PlainSign? Plain);
