namespace Liveness.AspNetCore.Tests.ForeignCode;

/// <summary>What a program does last, when it has met a loss.</summary>
public enum LastAct
{
    /// <summary>It returns from Main, and disposes nothing.</summary>
    Returns,

    /// <summary>It has met many at once, and returns before they are summed up.</summary>
    ReturnsInAStorm,

    /// <summary>It calls Environment.Exit, and disposes nothing.</summary>
    Exits,

    /// <summary>It disposes its connection, then its loggers, and returns.</summary>
    Disposes,
}
