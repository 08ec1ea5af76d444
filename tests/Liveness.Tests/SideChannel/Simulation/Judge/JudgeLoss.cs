namespace Liveness.Tests;

internal sealed record JudgeLoss(JudgeConnection Connection, bool AtClient, Instant At, ConnectionLoss Loss)
{
    public override string ToString() => $"{At.Ticks / 10_000 - TimeSpan.TicksPerDay / 10_000} ms {(AtClient ? "client" : "server")} {Connection}: {Loss.Kind} {Loss.Diagnosis} {Loss.Certainty}, {Loss} {Loss.Evidence.Kernel}";
}
