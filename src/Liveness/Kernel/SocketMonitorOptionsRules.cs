namespace Liveness;

/// <summary>What is wrong with a set of options on a platform: every failure, each naming property, value, range and cure.</summary>
internal static class SocketMonitorOptionsRules
{
    internal readonly record struct Failure(string Property, object? Value, string Message);

    public static List<Failure> Check(SocketMonitorOptions options, KeepAlivePlatform platform)
    {
        List<Failure> failures = [];
        if (options.KeepAlive is { } keepAlive)
        {
            failures.AddRange(TcpKeepAliveOptionsRules.Check(keepAlive, platform)
                .Select(failure => new Failure($"{nameof(options.KeepAlive)}.{failure.Property}", failure.Value, $"{nameof(options.KeepAlive)}.{failure.Message}")));
        }

        if (ConnectionName.Problem(options.Name) is { } problem)
        {
            failures.Add(new Failure(nameof(options.Name), options.Name, problem));
        }

        if (options.TimeProvider is null)
        {
            failures.Add(new Failure(nameof(options.TimeProvider), null, "TimeProvider is null. Leave it at its default, TimeProvider.System."));
        }

        return failures;
    }

    /// <exception cref="ArgumentOutOfRangeException">Something is out of range, or contradicts something else.</exception>
    public static void ThrowIfInvalid(SocketMonitorOptions options, KeepAlivePlatform platform)
    {
        List<Failure> failures = Check(options, platform);
        if (failures.Count != 0)
        {
            Failure first = failures[0];
            throw new ArgumentOutOfRangeException($"options.{first.Property}", first.Value, string.Join(" ", failures.Select(failure => failure.Message)));
        }
    }
}
