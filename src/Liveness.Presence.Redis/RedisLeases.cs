using System.Globalization;
using StackExchange.Redis;

namespace Liveness.Presence.Redis;

/// <summary>Leases and registrations of gateways.</summary>
internal sealed class RedisLeases(RedisKeys keys)
{
    /// <summary>Somebody else was faster: looked at again at once, but not for ever.</summary>
    private const int MostTries = 3;

    /// <summary>In milliseconds.</summary>
    public static async Task<long> TimeAsync(IDatabaseAsync database)
    {
        RedisResult[] parts = (RedisResult[])(await database.ExecuteAsync("TIME", [], CommandFlags.DemandMaster).ConfigureAwait(false))!;
        long seconds = long.Parse((string)parts[0]!, CultureInfo.InvariantCulture);
        long microseconds = long.Parse((string)parts[1]!, CultureInfo.InvariantCulture);
        return (seconds * 1_000) + (microseconds / 1_000);
    }

    public async Task<LeaseReply> LeaseAsync(IDatabase database, LeaseRequest request)
    {
        for (int tries = 1; ; tries++)
        {
            RedisKey key = keys.Lease(request.Gateway);
            Task<long> time = TimeAsync(database);
            Task<RedisValueWithExpiry> lease = database.StringGetWithExpiryAsync(key);
            Task<RedisValue> registration = database.HashGetAsync(keys.Gateways, request.Gateway);
            Task<RedisValue> schema = database.StringGetAsync(keys.Schema);
            await Task.WhenAll(time, lease, registration, schema).ConfigureAwait(false);
            RedisValueWithExpiry found = await lease.ConfigureAwait(false);
            long now = await time.ConfigureAwait(false);
            Check(await schema.ConfigureAwait(false));
            Lease? held = found.Value.IsNull ? null : Lease.Parse(found.Value) ?? throw RedisFailure.StrangeLease(key);
            if (held is not null && held.Epoch != request.Epoch)
            {
                return new LeaseReply(LeaseOutcome.Refused, held.Epoch, now, null, found.Expiry ?? TimeSpan.Zero);
            }

            Registration? known = Registration.Parse(await registration.ConfigureAwait(false));
            string epoch = held?.Epoch ?? LeaseRules.EpochToTake(request, known, now);
            Condition condition = held is null ? Condition.KeyNotExists(key) : Condition.StringEqual(key, found.Value);
            if (await TakeAsync(database, request, known, new Lease(epoch, request.Version, request.Count, now), condition)
                .ConfigureAwait(false) is { } taken)
            {
                LeaseOutcome outcome = held is null ? LeaseOutcome.Taken : LeaseOutcome.Renewed;
                return new LeaseReply(outcome, epoch, now, taken.Mark, TimeSpan.Zero);
            }

            if (tries == MostTries)
            {
                throw new PresenceStoreException($"Redis: {key} changes all the time. Give each process a gateway name of its own.");
            }
        }
    }

    public async Task LeaveAsync(IDatabase database, PartId part)
    {
        RedisKey key = keys.Lease(part.Gateway);
        RedisValue lease = await database.StringGetAsync(key).ConfigureAwait(false);
        RedisValue registration = await database.HashGetAsync(keys.Gateways, part.Gateway).ConfigureAwait(false);
        ITransaction leaving = database.CreateTransaction();
        _ = leaving.KeyDeleteAsync([keys.Part(part), keys.Log(part)]);
        if (lease.IsNull || Lease.Parse(lease)?.Epoch == part.Epoch)
        {
            leaving.AddCondition(lease.IsNull ? Condition.KeyNotExists(key) : Condition.StringEqual(key, lease));
            _ = leaving.KeyDeleteAsync(key);
            if (Registration.Parse(registration)?.Epoch == part.Epoch)
            {
                leaving.AddCondition(Condition.HashEqual(keys.Gateways, part.Gateway, registration));
                _ = leaving.HashDeleteAsync(keys.Gateways, part.Gateway);
            }
        }

        if (!await leaving.ExecuteAsync().ConfigureAwait(false))
        {
            // Another run has the name by now: only the part is ours.
            await database.KeyDeleteAsync([keys.Part(part), keys.Log(part)]).ConfigureAwait(false);
        }

        await database.PublishAsync(keys.Hints, part.Gateway).ConfigureAwait(false);
    }

    public async Task ForgetAsync(IDatabase database, GatewayRow row)
    {
        ITransaction forgetting = database.CreateTransaction();
        forgetting.AddCondition(Condition.KeyNotExists(keys.Lease(row.Gateway)));
        forgetting.AddCondition(Condition.HashEqual(keys.Gateways, row.Gateway, row.Registration.ToString()));
        _ = forgetting.HashDeleteAsync(keys.Gateways, row.Gateway);
        _ = forgetting.KeyDeleteAsync([keys.Part(row.Part), keys.Log(row.Part)]);
        await forgetting.ExecuteAsync().ConfigureAwait(false);
    }

    /// <returns>Null = somebody else was faster.</returns>
    private async Task<TakenLease?> TakeAsync(
        IDatabase database, LeaseRequest request, Registration? known, Lease lease, Condition condition)
    {
        PartId part = new(request.Gateway, lease.Epoch);
        ITransaction taking = database.CreateTransaction();
        taking.AddCondition(condition);
        _ = taking.StringSetAsync(keys.Lease(request.Gateway), lease.ToString(), request.Term);
        if (known is not null && known.Epoch != lease.Epoch)
        {
            // Together with the registration: nobody else knows of that part any more.
            PartId before = new(request.Gateway, known.Epoch);
            _ = taking.KeyDeleteAsync([keys.Part(before), keys.Log(before)]);
        }

        if (LeaseRules.IsToBeRegistered(known, lease.Epoch, lease.RenewedAt))
        {
            _ = taking.StringSetAsync(keys.Schema, RedisKeys.SchemaVersion);
            _ = taking.HashSetAsync(keys.Gateways, request.Gateway, new Registration(lease.Epoch, lease.RenewedAt).ToString());
        }

        _ = taking.KeyExpireAsync(keys.Part(part), request.PartTerm);
        _ = taking.KeyExpireAsync(keys.Log(part), request.PartTerm);
        Task<RedisValue> mark = taking.HashGetAsync(keys.Part(part), RedisKeys.Mark);
        return await taking.ExecuteAsync().ConfigureAwait(false)
            ? new TakenLease(VersionMark.Parse(await mark.ConfigureAwait(false)))
            : null;
    }

    private void Check(RedisValue schema)
    {
        if (!schema.IsNull && schema != RedisKeys.SchemaVersion)
        {
            throw RedisFailure.OtherSchema(schema.ToString(), keys);
        }
    }

    private readonly record struct TakenLease(VersionMark? Mark);
}
