using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool;

/// <summary>A host and a port on the command line. An IPv6 address stands in brackets, or nobody knows where it ends. Pure.</summary>
internal static class HostAndPort
{
    public static DnsEndPoint? Read(ArgumentResult word)
    {
        string text = word.Tokens[0].Value;
        if (TryParse(text, out DnsEndPoint? endPoint))
        {
            return endPoint;
        }

        word.AddError($"\"{text}\" is no host:port, such as 127.0.0.1:7000 or [::1]:7000.");
        return null;
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out DnsEndPoint? endPoint)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        bool isNumber = int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port);
        endPoint = isNumber && port is > 0 and <= 65_535 && NameOf(host) is { } name ? new DnsEndPoint(name, port) : null;
        return endPoint is not null;
    }

    /// <summary>As it is to be written, brackets and all.</summary>
    public static string Of(DnsEndPoint endPoint) => endPoint.Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{endPoint.Host}]:{endPoint.Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{endPoint.Host}:{endPoint.Port}");

    /// <returns>Null where it is none.</returns>
    private static string? NameOf(string host) => host switch
    {
        ['[', .. var inner, ']'] => IPAddress.TryParse(inner, out IPAddress? v6) && v6.AddressFamily == AddressFamily.InterNetworkV6
            ? inner
            : null,
        "" => null,
        _ => host.AsSpan().ContainsAny(" []:") ? null : host,
    };
}
