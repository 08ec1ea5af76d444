namespace Liveness.SideChannel;

/// <summary>What follows from <see cref="SideFacts"/>.</summary>
internal readonly record struct SideVerdict
{
    /// <summary>Null = not lost.</summary>
    public LossKind? Loss { get; init; }

    public LossDiagnosis Diagnosis { get; init; }

    public LossCertainty Certainty { get; init; }

    public ConnectionConditions Conditions { get; init; }

    /// <summary>Nothing vouches for it at present, and a loss may follow.</summary>
    public bool Suspect { get; init; }

    /// <summary>Ask the peer about this connection, if that question is not on its way yet.</summary>
    public bool Ask { get; init; }

    /// <summary>Try to connect to the side port and the data port.</summary>
    public bool StartConnectProbe { get; init; }
}
