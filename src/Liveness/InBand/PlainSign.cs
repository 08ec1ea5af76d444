namespace Liveness;

/// <summary>By what a plain peer was known.</summary>
internal enum PlainSign
{
    /// <summary>It is none.</summary>
    None,

    /// <summary>A byte that can't belong to a HELLO.</summary>
    Bytes,

    /// <summary>It said nothing in time.</summary>
    Silence,

    /// <summary>It began like a HELLO, and did not go on in time.</summary>
    Fragment,

    /// <summary>It ended its direction before a HELLO could be complete.</summary>
    End,

    /// <summary>TLS has agreed on another protocol, or on none.</summary>
    Alpn,
}
