namespace Liveness.Presence;

/// <summary>What the rows of a store mean. Pure.</summary>
internal static class FleetRules
{
    /// <summary>How a gateway is doing.</summary>
    public static GatewayStatus StatusOf(GatewayRow row)
    {
        if (row.Lease is not { } lease || Epoch.IsNewer(row.Registration.Epoch, lease.Epoch))
        {
            return GatewayStatus.Silent;
        }

        // The gateway has said that it wrote more than the store has: it has failed over, and the gateway will notice.
        bool hasLost = lease.Epoch == row.Registration.Epoch && lease.Version > (row.Stored?.Version ?? 0);
        return hasLost || row.Stored is { IsPartial: true } ? GatewayStatus.Resyncing : GatewayStatus.Alive;
    }

    public static GatewayPresence Describe(GatewayRow row, long storeTime)
    {
        GatewayStatus status = StatusOf(row);
        long seen = status == GatewayStatus.Silent ? row.Registration.SeenAt : row.Lease!.RenewedAt;
        _ = Epoch.TryReadTime(row.Registration.Epoch, out long registered);
        return new GatewayPresence(
            row.Gateway,
            status,
            At(registered),
            At(seen),
            TimeSpan.FromMilliseconds(Math.Max(0, storeTime - seen)),
            status == GatewayStatus.Silent ? null : row.Lease!.Count);
    }

    /// <summary>What is known of a device.</summary>
    /// <returns>Null = nothing.</returns>
    public static PresenceEntry? Judge(KeyRow row)
    {
        PresenceLoss? loss = LossOf(row.Loss);
        if (row.Pointer is not { } pointer)
        {
            return loss is null ? null : new PresenceEntry(
                row.Key, PresenceStatus.Disconnected, null, null, null, null, null, loss);
        }

        PresenceStatus status = StatusOf(row, pointer);
        EntryData? entry = status == PresenceStatus.Disconnected ? null : row.Entry;
        return Entry(row.Key, status, pointer.Part.Gateway, entry?.Since ?? pointer.Since, entry, loss);
    }

    /// <summary>An entry of a list.</summary>
    /// <param name="row">Of a part.</param>
    /// <param name="part">That one.</param>
    /// <param name="gateway">How its gateway is doing.</param>
    /// <returns>Null = the device has a newer connection elsewhere.</returns>
    public static PresenceEntry? Judge(ListedRow row, PartId part, GatewayStatus gateway)
    {
        bool isElsewhere = row.Pointer is { } pointer && pointer.Part != part && pointer.IsNewerThan(new Pointer(row.Entry.Since, part));
        PresenceStatus status = gateway == GatewayStatus.Silent ? PresenceStatus.GatewaySilent : PresenceStatus.Connected;
        return isElsewhere ? null : Entry(row.Key, status, part.Gateway, row.Entry.Since, row.Entry, null);
    }

    private static PresenceStatus StatusOf(KeyRow row, Pointer pointer)
    {
        // It left in good order, or was forgotten; or it was started again, and its connections ended with the process.
        if (row.Gateway is not { } gateway || gateway.Registration.Epoch != pointer.Part.Epoch)
        {
            return PresenceStatus.Disconnected;
        }

        return (StatusOf(gateway), row.Entry) switch
        {
            (GatewayStatus.Silent, not null) => PresenceStatus.GatewaySilent,
            (GatewayStatus.Resyncing, null) => PresenceStatus.GatewaySilent,
            (_, null) => PresenceStatus.Disconnected,
            _ => PresenceStatus.Connected,
        };
    }

    private static PresenceEntry Entry(
        string key, PresenceStatus status, string gateway, long since, EntryData? entry, PresenceLoss? loss) => new(
        key,
        status,
        gateway,
        At(since),
        entry?.Name,
        entry?.Remote,
        entry?.Bound is { } bound ? TimeSpan.FromMilliseconds(bound) : null,
        loss);

    private static PresenceLoss? LossOf(LossData? loss) => loss is null ? null : new PresenceLoss(
        At(loss.At),
        loss.Type,
        Enum.TryParse(loss.Diagnosis, ignoreCase: false, out LossDiagnosis diagnosis) && Enum.IsDefined(diagnosis)
            ? diagnosis
            : LossDiagnosis.Unknown,
        loss.Gateway);

    /// <summary>Whoever else writes into the store may write any number.</summary>
    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(milliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
