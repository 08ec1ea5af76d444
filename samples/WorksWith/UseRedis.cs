using Liveness;
using StackExchange.Redis;

namespace WorksWith;

/// <summary>StackExchange.Redis, by the package Liveness.StackExchange.Redis.</summary>
internal static class UseRedis
{
    public static async Task<ConnectionMultiplexer> ConnectAsync(string server, ILivenessFactory factory)
    {
        ConfigurationOptions options = ConfigurationOptions.Parse(server);
        options.UseLiveness(factory, "redis");
        return await ConnectionMultiplexer.ConnectAsync(options);
    }
}
