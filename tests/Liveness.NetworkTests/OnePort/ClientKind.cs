namespace Liveness.NetworkTests.OnePort;

/// <summary>One of the nine kinds of clients that share a port.</summary>
/// <param name="IsLiveness">It speaks Liveness; otherwise it is a plain one.</param>
/// <param name="SpeaksFirst">A plain one that doesn't waits for the server's greeting.</param>
/// <param name="Tls">What lies beneath.</param>
internal sealed record ClientKind(bool IsLiveness, bool SpeaksFirst, TlsUse Tls)
{
    public static IReadOnlyList<ClientKind> All { get; } =
    [
        .. from tls in Enum.GetValues<TlsUse>()
           from kind in (ClientKind[])[new(true, true, tls), new(false, true, tls), new(false, false, tls)]
           select kind,
    ];

    public override string ToString() => $"{(IsLiveness ? "Liveness" : SpeaksFirst ? "plain, client first" : "plain, server first")}, {Tls}";
}
