namespace Liveness.Tests;

internal sealed record SideSimLoss(SideSimConnection Connection, bool AtClient, Instant At, LossKind Kind, Diagnosis Diagnosis, Certainty Certainty, SideFacts Facts);
