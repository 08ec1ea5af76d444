using Liveness.KeepAlive;

namespace Liveness.Kernel;

/// <summary>What is wrong with a set of options on a platform: every failure, each naming property, value, range and cure.</summary>
internal static class SocketWatcherOptionsRules
{
    public static OptionsFailures Check(SocketWatcherOptions options, KeepAlivePlatform platform)
    {
        OptionsFailures failures = new();
        if (options.KeepAlive is { } keepAlive)
        {
            failures.AddPart(nameof(options.KeepAlive), TcpKeepAliveOptionsRules.Check(keepAlive, platform));
        }

        HeartbeatOptionsRules.CheckName(options.Name, failures);
        failures.CheckTimeProvider(options.TimeProvider);
        return failures;
    }
}
