namespace Liveness;

/// <summary>What broke a rule, in plain words, without text of the peer. Made only where something is broken.</summary>
/// <param name="Expected">What the rule allows there, with its unit.</param>
/// <param name="Seen">What came.</param>
internal readonly record struct Offence(string Expected, string Seen);
