using System.Globalization;
using StackExchange.Redis;

namespace Liveness.Presence.Redis;

/// <summary>The names of keys: part of the schema, which others may read.</summary>
/// <param name="prefix">As configured.</param>
internal sealed class RedisKeys(string prefix)
{
    /// <summary>The version of the schema.</summary>
    public const string SchemaVersion = "1";

    /// <summary>The field that holds the mark of a part: no key of a device is empty.</summary>
    public static readonly RedisValue Mark = "";

    public string Prefix => prefix;

    public RedisKey Schema { get; } = $"{prefix}:schema";

    public RedisKey Gateways { get; } = $"{prefix}:gw";

    public RedisChannel Hints { get; } = RedisChannel.Literal($"{prefix}:hint");

    public RedisKey Lease(string gateway) => $"{prefix}:lease:{gateway}";

    public RedisKey Part(PartId part) => $"{prefix}:on:{part.Gateway}:{part.Epoch}";

    public RedisKey Log(PartId part) => $"{prefix}:log:{part.Gateway}:{part.Epoch}";

    public RedisKey Pointers(int shard) => string.Create(CultureInfo.InvariantCulture, $"{prefix}:key:{shard}");

    public RedisKey Losses(int shard) => string.Create(CultureInfo.InvariantCulture, $"{prefix}:loss:{shard}");
}
