namespace Liveness.Testing;

/// <summary>What came out of a <see cref="LinkLine"/>: bytes, or a FIN or RST.</summary>
internal readonly record struct LinkArrival(LinkSegmentKind Kind, int Count, Instant At);
