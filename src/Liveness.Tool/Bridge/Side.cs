using System.Globalization;
using System.Net;

namespace Liveness.Tool.Bridge;

/// <summary>
/// One of the two sides of a bridge: where it is, and whether it speaks Liveness. Written <c>host:port</c>, or <c>hb:host:port</c> with
/// heartbeats.
/// </summary>
internal sealed record Side(string Host, int Port, bool HasHeartbeat)
{
    public const string Prefix = "hb:";

    /// <summary>The host as an address; null where it is a name.</summary>
    public IPAddress? Address => IPAddress.TryParse(Host, out IPAddress? address) ? address : null;

    /// <returns>What is wrong; null where <paramref name="side"/> is sound.</returns>
    public static string? Parse(string text, out Side side)
    {
        bool hasHeartbeat = text.StartsWith(Prefix, StringComparison.Ordinal);
        string rest = hasHeartbeat ? text[Prefix.Length..] : text;
        int colon = rest.LastIndexOf(':');
        string host = colon < 0 ? rest : rest[..colon];
        side = new Side(Unbracketed(host), 0, hasHeartbeat);
        if (colon < 0)
        {
            return $"\"{text}\" has no port: write it behind the host, as in {text}:7000.";
        }

        if (!ushort.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return $"\"{rest[(colon + 1)..]}\" in \"{text}\" is no port: use 0 to 65535.";
        }

        side = side with { Port = port };
        return HostProblem(host) is { } problem ? $"{problem} in \"{text}\"." : null;
    }

    public override string ToString()
    {
        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{(HasHeartbeat ? Prefix : "")}{host}:{Port}");
    }

    private static string? HostProblem(string host)
    {
        if (host.StartsWith('[') || host.EndsWith(']'))
        {
            return IPAddress.TryParse(Unbracketed(host), out _) && host.StartsWith('[') && host.EndsWith(']')
                ? null
                : $"\"{host}\" is no IPv6 address: use one as [::1]";
        }

        if (host.Contains(':', StringComparison.Ordinal))
        {
            return $"\"{host}\" is no host: put an IPv6 address in brackets, as [::1]";
        }

        return Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4
            ? null
            : $"\"{host}\" is no host: use a name, an IPv4 address, or an IPv6 address in brackets";
    }

    private static string Unbracketed(string host) => host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
}
