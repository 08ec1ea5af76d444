using Liveness.SideChannel;

namespace Liveness.Tests;

internal sealed record SideSimLoss(SideSimConnection Connection, bool AtClient, Instant At, LossKind Kind, LossDiagnosis Diagnosis, LossCertainty Certainty, SideFacts Facts);
