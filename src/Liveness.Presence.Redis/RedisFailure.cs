using StackExchange.Redis;

namespace Liveness.Presence.Redis;

/// <summary>What the client of the server throws, in plain words with a cure.</summary>
internal static class RedisFailure
{
    private static readonly (string Prefix, string Words)[] s_words =
    [
        ("OOM", "is full (OOM). Give it more memory; with an eviction policy it would throw entries away, so use noeviction"),
        ("EXECABORT", "refuses to write (EXECABORT): as a rule it is full (OOM). Give it more memory, and use noeviction"),
        ("READONLY", "is a read-only replica (READONLY). Connect to the primary"),
        // Of a command that writes, where the client knows of no primary.
        ("not eligible for replica", "can't be reached as a primary: it is down, or a read-only replica. Connect to the primary"),
        ("NOAUTH", "wants a password (NOAUTH). Add user and password to the configuration"),
        ("WRONGPASS", "refuses user or password (WRONGPASS). Correct them in the configuration"),
        ("NOPERM", "refuses a command or a key to this user (NOPERM). The page about presence lists what it needs"),
        ("WRONGTYPE", "has a key of another type under this prefix (WRONGTYPE). Somebody else uses it: choose another prefix"),
        ("MISCONF", "does not take writes because it cannot save its data (MISCONF). Look into its log"),
        ("LOADING", "is starting and still loading its data (LOADING)"),
        ("CROSSSLOT", "is a cluster (CROSSSLOT). Use a prefix in braces, such as \"{liveness}\", so that all keys are in one place"),
        ("MASTERDOWN", "is a replica without its primary (MASTERDOWN)"),
        ("ERR unknown command", "does not know a command. Redis 7.0, Valkey or Garnet 2.2 are needed"),
    ];

    public static PresenceStoreException Of(Exception failure, RedisKeys keys) =>
        new($"Redis (prefix {keys.Prefix}) {Words(failure)}.", failure);

    /// <summary>The prefix holds something of a version that this one does not know.</summary>
    public static PresenceStoreException OtherSchema(string found, RedisKeys keys) => new(
        $"Redis holds presence of schema {(found.Length <= 16 ? found : "?")} under the prefix {keys.Prefix}; this version reads and "
        + $"writes schema {RedisKeys.SchemaVersion}. Update all processes, or choose another prefix.");

    public static PresenceStoreException StrangeLease(RedisKey key) => new(
        $"Redis has something under {key} that is no lease. Somebody else uses it: choose another prefix, or delete that key.");

    private static string Words(Exception failure)
    {
        string message = failure is RedisException ? failure.Message : "";
        for (Exception? one = failure; one is not null; one = one.InnerException)
        {
            // The client may say only that it has no connection, and why inside of that.
            foreach ((string prefix, string words) in s_words)
            {
                if (one is RedisException && one.Message.Contains(prefix, StringComparison.Ordinal))
                {
                    return words;
                }
            }
        }

        return failure switch
        {
            RedisTimeoutException => "does not answer in time",
            RedisConnectionException lost => $"can't be reached ({lost.FailureType})",
            RedisServerException => $"refuses: {message}",
            ObjectDisposedException => "can't be asked any more: the connection was disposed",
            _ => $"can't be asked: its client failed with {failure.GetType().Name}",
        };
    }
}
