namespace Liveness;

/// <summary>By what a plain peer was known, in words.</summary>
internal static class PlainSigns
{
    public static string Text(PlainSign sign) => sign switch
    {
        PlainSign.Bytes => "its first bytes are not those of Liveness",
        PlainSign.Silence => "it said nothing within PlainPeerAfter",
        PlainSign.Fragment => "it began like Liveness and did not go on within PlainPeerAfter",
        PlainSign.End => "it has ended its direction",
        PlainSign.Alpn => "TLS has not agreed on liveness/1",
        _ => "it is none",
    };
}
