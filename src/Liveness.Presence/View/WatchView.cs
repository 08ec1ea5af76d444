namespace Liveness.Presence;

/// <summary>What a watcher knows of the gateways, and what follows from what it reads next. Pure.</summary>
internal sealed class WatchView
{
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>Nothing is told of what was there before.</summary>
    private bool _hasBegun;

    /// <summary>Takes in what the store says of the gateways.</summary>
    /// <param name="rows">Of all.</param>
    /// <param name="changes">What is to be told at once.</param>
    /// <returns>The parts whose logs are to be read, and from which version on.</returns>
    public IReadOnlyList<(PartId Part, long After)> OnGateways(FleetRows rows, List<PresenceChange> changes)
    {
        List<(PartId Part, long After)> due = [];
        foreach (GatewayRow row in rows.Gateways)
        {
            GatewayStatus status = FleetRules.StatusOf(row);
            long version = row.Stored?.Version ?? 0;
            if (!_hasBegun)
            {
                _known[row.Gateway] = new Known(row.Part, version, status == GatewayStatus.Silent);
                continue;
            }

            Take(row, version, status == GatewayStatus.Silent, changes, due);
        }

        HashSet<string> present = [.. rows.Gateways.Select(static row => row.Gateway)];
        foreach (string gone in _known.Keys.Where(gateway => !present.Contains(gateway)).ToArray())
        {
            _known.Remove(gone);
            changes.Add(new PresenceChange(PresenceChangeKind.GatewayGone, gone, null));
        }

        _hasBegun = true;
        return due;
    }

    /// <summary>Takes in what has changed in a part.</summary>
    /// <param name="part">That one.</param>
    /// <param name="reply">What the store says of it.</param>
    /// <param name="changes">What is to be told at once.</param>
    /// <param name="changed">The keys that are to be looked at, with the gateway that told of them.</param>
    public void OnLog(PartId part, LogReply reply, List<PresenceChange> changes, Dictionary<string, string> changed)
    {
        _known[part.Gateway] = _known[part.Gateway] with { Version = reply.Version };
        if (reply.Keys is null)
        {
            changes.Add(new PresenceChange(PresenceChangeKind.Missed, part.Gateway, null));
            return;
        }

        foreach (string key in reply.Keys)
        {
            changed[key] = part.Gateway;
        }
    }

    private void Take(
        GatewayRow row, long version, bool isSilent, List<PresenceChange> changes, List<(PartId Part, long After)> due)
    {
        Known? before = _known.GetValueOrDefault(row.Gateway);
        if (before is null || before.IsSilent != isSilent)
        {
            changes.Add(new PresenceChange(
                isSilent ? PresenceChangeKind.GatewaySilent : PresenceChangeKind.GatewayAlive, row.Gateway, null));
        }

        if (before is not null && before.Part != row.Part)
        {
            // It was started again: what it had has ended, and is in no log.
            changes.Add(new PresenceChange(PresenceChangeKind.Missed, row.Gateway, null));
        }

        long known = before?.Part == row.Part ? before.Version : 0;
        if (version < known)
        {
            // The store has failed over.
            changes.Add(new PresenceChange(PresenceChangeKind.Missed, row.Gateway, null));
            known = version;
        }

        _known[row.Gateway] = new Known(row.Part, known, isSilent);
        if (version > known)
        {
            due.Add((row.Part, known));
        }
    }

    private sealed record Known(PartId Part, long Version, bool IsSilent);
}
