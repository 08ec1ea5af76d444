namespace Liveness.Presence.Tests.Stores;

/// <summary>Needs redis-server; skipped with the reason where that is missing.</summary>
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() =>
        Skip = Servers.RedisServer is null ? "redis-server is not installed (apt-get install redis-server)" : null;
}
