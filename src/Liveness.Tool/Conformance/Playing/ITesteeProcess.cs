namespace Liveness.Tool.Conformance;

/// <summary>The life of the testee's process.</summary>
internal interface ITesteeProcess
{
    /// <summary>It serves one connection after the other until we end it: no end of its own is right.</summary>
    bool IsToStay { get; }

    /// <summary>Null while it runs, and where we ended it.</summary>
    TesteeExit? Exit { get; }

    /// <summary>Waits until it has ended.</summary>
    Task ExitAsync(CancellationToken cancellationToken);
}
