namespace Liveness.Testing;

internal enum LinkSegmentKind
{
    Data,

    /// <summary>The sender sends no more: FIN.</summary>
    End,

    /// <summary>The sender gave the connection up: RST.</summary>
    Reset,
}
