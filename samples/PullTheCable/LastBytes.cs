namespace PullTheCable;

/// <summary>One moment for each end: timestamps of <see cref="System.Diagnostics.Stopwatch"/>, 0 = unknown.</summary>
internal readonly record struct LastBytes(long Client, long Server)
{
    /// <summary>From when each end's detection counts.</summary>
    /// <param name="fault">What happened.</param>
    /// <param name="delivered">When each end got its last byte.</param>
    /// <param name="struck">When it happened.</param>
    public static LastBytes Of(FaultKind fault, LastBytes delivered, long struck) => fault switch
    {
        // An end that goes on hearing its peer has no last byte of its own: what counts is the last one that its peer got.
        FaultKind.CutOut => new LastBytes(delivered.Server, delivered.Server),
        FaultKind.CutIn => new LastBytes(delivered.Client, delivered.Client),
        FaultKind.Reset => new LastBytes(struck, struck),
        _ => delivered,
    };
}
