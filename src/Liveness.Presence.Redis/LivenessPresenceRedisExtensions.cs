using Liveness.Presence;
using Liveness.Presence.Redis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps presence in Redis, Valkey or Garnet.</summary>
public static class LivenessPresenceRedisExtensions
{
    private const string DefaultPrefix = "liveness";
    private const int LongestPrefix = 64;

    /// <summary>Keeps presence on a server that speaks Redis' protocol, over a connection of its own.</summary>
    /// <remarks>The connection is made when the host starts, and again whenever it is lost. The host starts without the server, too:
    /// changes wait in memory until it is there.</remarks>
    /// <param name="builder">What AddLivenessPresence has returned.</param>
    /// <param name="configuration">How the server is reached, in the notation of StackExchange.Redis, such as "redis:6379,ssl=true". It is
    /// never logged, because it may contain a password.</param>
    /// <param name="prefix">How all keys begin: 1 to 64 letters (a to z), digits, dots, hyphens, underscores, colons and braces. All
    /// processes of a fleet use the same. On a cluster use one in braces, such as "{liveness}". The default is "liveness".</param>
    /// <returns>The builder of the options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configuration"/> is null.</exception>
    /// <exception cref="ArgumentException">The configuration can't be read, or the prefix is not allowed.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddLivenessPresence(presence =&gt; presence.Gateway = "gateway-1").UseRedis("localhost:6379");
    /// </code>
    /// </example>
    public static OptionsBuilder<PresenceOptions> UseRedis(
        this OptionsBuilder<PresenceOptions> builder, string configuration, string prefix = DefaultPrefix)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configuration);
        ConfigurationOptions options = Read(configuration);
        return Use(builder, prefix, owns: true, async _ => await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false));
    }

    /// <summary>Keeps presence on a server that speaks Redis' protocol, over a connection of yours, which you dispose.</summary>
    /// <param name="builder">What AddLivenessPresence has returned.</param>
    /// <param name="connect">Gives the connection. It is called when presence is first used, and again if it failed.</param>
    /// <param name="prefix">How all keys begin, as in the other overload. The default is "liveness".</param>
    /// <returns>The builder of the options.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="connect"/> is null.</exception>
    /// <exception cref="ArgumentException">The prefix is not allowed.</exception>
    public static OptionsBuilder<PresenceOptions> UseRedis(
        this OptionsBuilder<PresenceOptions> builder,
        Func<IServiceProvider, Task<IConnectionMultiplexer>> connect,
        string prefix = DefaultPrefix)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connect);
        return Use(builder, prefix, owns: false, connect);
    }

    private static OptionsBuilder<PresenceOptions> Use(
        OptionsBuilder<PresenceOptions> builder, string prefix, bool owns, Func<IServiceProvider, Task<IConnectionMultiplexer>> connect)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length is 0 or > LongestPrefix || !prefix.All(IsAllowed))
        {
            throw new ArgumentException(
                $"The prefix has {prefix.Length} characters. Use 1 to {LongestPrefix} letters (a to z), digits, dots, hyphens, "
                + "underscores, colons and braces.",
                nameof(prefix));
        }

        builder.Services.Replace(ServiceDescriptor.Singleton<IPresenceStore>(provider =>
        {
            RedisKeys keys = new(prefix);
            RedisConnection connection = new(() => connect(provider), owns, keys);
            return new RedisPresenceStore(connection, keys, provider.GetRequiredService<PresenceLogger>().StrangeValue);
        }));
        return builder;
    }

    private static ConfigurationOptions Read(string configuration)
    {
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(configuration);
        }
        catch (ArgumentException)
        {
            // Not as the inner exception: its message may contain the password.
            throw new ArgumentException(
                "The configuration of Redis can't be read. Write host and port, and then options such as ssl=true, separated by commas.",
                nameof(configuration));
        }

        if (options.EndPoints.Count == 0)
        {
            throw new ArgumentException("The configuration of Redis names no server. Begin it with host and port.", nameof(configuration));
        }

        // A server that is not there is met by each step anew, and not by a queue that grows in the client.
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;

        // Three rounds of five seconds, the client's default, would hide for longer than a step is waited for why it can't connect.
        options.ConnectRetry = 1;
        options.ClientName ??= "Liveness.Presence";
        return options;
    }

    private static bool IsAllowed(char one) => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_' or ':' or '{' or '}';
}
