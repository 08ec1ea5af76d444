namespace Liveness.Tool.Conformance;

/// <summary>Which page the cases are about, and in which role the testee is.</summary>
internal enum Chapter
{
    /// <summary>The wire protocol, in which both ends are alike.</summary>
    Heartbeat,

    /// <summary>The side channel, whose server the testee is.</summary>
    SideServer,

    /// <summary>The side channel, whose client the testee is.</summary>
    SideClient,
}
