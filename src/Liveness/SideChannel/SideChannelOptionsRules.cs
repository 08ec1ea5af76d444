using System.Net;
using System.Text;

namespace Liveness.SideChannel;

/// <summary>What is wrong with the options of a side channel: every failure, each naming property, value, range and cure.</summary>
internal static class SideChannelOptionsRules
{
    public static OptionsFailures Check(SideChannelClientOptions options)
    {
        OptionsFailures failures = new();
        CheckShared(failures, options.EffectiveDetectWithin, options.SharedSecret, options.HandshakeTimeout, options.TimeProvider);
        HeartbeatOptionsRules.CheckName(options.Name, failures);
        Between(
            failures,
            nameof(options.ReconnectDelay),
            options.ReconnectDelay,
            SideChannelDefaults.MinReconnectDelay,
            SideChannelDefaults.LongestReconnectDelay);
        Between(
            failures,
            nameof(options.MaxReconnectDelay),
            options.MaxReconnectDelay,
            options.ReconnectDelay,
            SideChannelDefaults.LongestReconnectDelay);
        Between(failures, nameof(options.Linger), options.Linger, TimeSpan.Zero, SideChannelDefaults.MaxLinger);
        return failures;
    }

    public static OptionsFailures Check(SideChannelListenerOptions options)
    {
        OptionsFailures failures = new();
        CheckShared(failures, options.EffectiveDetectWithin, options.SharedSecret, options.HandshakeTimeout, options.TimeProvider);
        HeartbeatOptionsRules.CheckName(options.Name, failures);
        Between(failures, nameof(options.MaxUnauthenticated), options.MaxUnauthenticated, SideChannelDefaults.MostConnections);
        Between(
            failures,
            nameof(options.MaxUnauthenticatedPerAddress),
            options.MaxUnauthenticatedPerAddress,
            SideChannelDefaults.MostConnections);
        Between(failures, nameof(options.MaxSideConnections), options.MaxSideConnections, SideChannelDefaults.MostConnections);
        Between(failures, nameof(options.MaxWatchesPerPeer), options.MaxWatchesPerPeer, SideChannelDefaults.MostWatches);
        return failures;
    }

    /// <exception cref="ArgumentException">Anybody could connect, and nobody has to prove anything.</exception>
    public static void ThrowIfOpenToAll(IPEndPoint endPoint, SideChannelListenerOptions options)
    {
        if (WhyOpenToAll(endPoint, options) is { } reason)
        {
            throw new ArgumentException(reason, nameof(options));
        }
    }

    /// <returns>Null = it is protected, or no other host can reach it, or it is meant to be open.</returns>
    public static string? WhyOpenToAll(IPEndPoint endPoint, SideChannelListenerOptions options)
    {
        bool isProtected = options.SharedSecret is not null || options.Tls is { ClientCertificateRequired: true };
        return isProtected || options.AllowUnauthenticated || IPAddress.IsLoopback(endPoint.Address) ? null
            : $"A side channel on {endPoint} can be reached by other hosts, and nothing says who may use it. "
                + "Set SharedSecret at both ends, or Tls with ClientCertificateRequired, or AllowUnauthenticated.";
    }

    private static void CheckShared(
        OptionsFailures failures, TimeSpan detectWithin, string? secret, TimeSpan handshakeTimeout, TimeProvider? timeProvider)
    {
        if (detectWithin == Timeout.InfiniteTimeSpan)
        {
            failures.AddText(
                nameof(SideChannelClientOptions.DetectWithin),
                detectWithin,
                "DetectWithin is infinite, but a side channel exists to detect: do without one instead.");
        }
        else
        {
            HeartbeatOptionsRules.CheckDetectWithin(detectWithin, failures);
        }

        const int least = SideChannelDefaults.MinSecret;
        if (secret is not null && Encoding.UTF8.GetByteCount(secret) is < least and var bytes)
        {
            failures.Add(
                nameof(SideChannelClientOptions.SharedSecret),
                null,
                $"SharedSecret has {bytes} bytes, but must have at least {least}. Take random ones, or null for none.");
        }

        Between(
            failures,
            nameof(SideChannelClientOptions.HandshakeTimeout),
            handshakeTimeout,
            HeartbeatDefaults.MinHandshakeTimeout,
            HeartbeatDefaults.MaxHandshakeTimeout);
        failures.CheckTimeProvider(timeProvider);
    }

    private static void Between(OptionsFailures failures, string property, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            failures.Add(property, value, $"{property} is {value:c}, but must be {least:c} to {most:c}.");
        }
    }

    private static void Between(OptionsFailures failures, string property, int value, int most)
    {
        if (value < 1 || value > most)
        {
            failures.Add(property, value, $"{property} is {value}, but must be 1 to {most}.");
        }
    }
}
