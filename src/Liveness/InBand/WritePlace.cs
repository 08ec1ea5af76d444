namespace Liveness;

/// <summary>The place of one write among all that have begun. The writer keeps it; it is read and changed under the lock.</summary>
internal struct WritePlace
{
    /// <summary>It is the one that writes now, or waits for its turn: whoever comes later comes behind it. Until it leaves.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Null = it found nobody before it, and waits by the signal that all such share.</summary>
    public WaitingWriter? Own { get; set; }

    /// <summary>Somebody before it is not through.</summary>
    public readonly bool WaitsForTurn => Own is { Line: not null };
}
