namespace Liveness.Tool.IdleLimit;

/// <param name="Version">Of this form: it rises when something here changes its meaning.</param>
internal sealed record IdleLimitDocument(
    int Version,
    string Server,
    string Address,
    double MaxIdleSeconds,
    SearchVerdict Verdict,
    double AliveAfterSeconds,
    double? ForgottenAfterSeconds,
    double? EndedAfterSeconds,
    TrialOutcome? How,
    int Strays,
    int TurnedAway,
    double TookSeconds,
    HoldingJson? KeepAlive,
    IReadOnlyList<TrialJson> Trials,
    IReadOnlyList<string> NotKnown);
