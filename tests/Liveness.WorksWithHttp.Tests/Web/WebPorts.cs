namespace Liveness.WorksWithHttp.Tests.Web;

/// <summary>Where the server listens.</summary>
internal static class WebPorts
{
    public const int Http1 = 5001;
    public const int Http2 = 5002;
    public const int Http1InBand = 5003;
    public const int Http2InBand = 5004;
    public const int Https = 5005;
    public const int HttpsInBand = 5006;

    public static int Http(bool inBand, bool version2) => (inBand, version2) switch
    {
        (false, false) => Http1,
        (false, true) => Http2,
        (true, false) => Http1InBand,
        (true, true) => Http2InBand,
    };
}
