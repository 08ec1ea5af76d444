namespace Liveness.Tool.Conformance;

/// <summary>How the testee's half of the stream ended.</summary>
internal enum StreamEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>In order: FIN.</summary>
    Fin,

    /// <summary>Aborted: RST.</summary>
    Reset,
}
