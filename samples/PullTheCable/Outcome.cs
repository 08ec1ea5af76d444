using CableLab;

namespace PullTheCable;

/// <summary>How a run ended, and whether that was right. Pure.</summary>
/// <param name="Fault">What happened.</param>
/// <param name="Bound">What the two ends agreed on.</param>
/// <param name="Client">What the client said.</param>
/// <param name="ClientDetected">How long after the last byte it said so; null = it lost nothing.</param>
/// <param name="Server">What the server said.</param>
/// <param name="ServerDetected">As for the client.</param>
internal sealed record Outcome(
    Fault Fault, TimeSpan Bound, EndOutcome Client, TimeSpan? ClientDetected, EndOutcome Server, TimeSpan? ServerDetected)
{
    /// <summary>What is wrong; nothing where the outcome is the right one.</summary>
    public IReadOnlyList<string> Complaints()
    {
        List<string> complaints =
        [
            .. Complaints("client", Fault.Client, Client, ClientDetected),
            .. Complaints("server", Fault.Server, Server, ServerDetected),
        ];
        if (Client.IncidentId is { } incident && Server.IncidentId is { } other && incident != other)
        {
            complaints.Add("the two ends name different incidents");
        }

        if (Client.Transfer != Server.Transfer)
        {
            complaints.Add($"the client sent {Client.Transfer ?? "nothing"}, the server got {Server.Transfer ?? "nothing"}");
        }

        return complaints;
    }

    public override string ToString() =>
        $"RESULT fault={Fault.Name} client={Client.LossType ?? "none"} client_detected={Duration.InSeconds(ClientDetected)} "
        + $"server={Server.LossType ?? "none"} server_detected={Duration.InSeconds(ServerDetected)} bound={Duration.InSeconds(Bound)}";

    private IEnumerable<string> Complaints(string end, Expectation expected, EndOutcome found, TimeSpan? detected)
    {
        if (expected.Types.Count == 0)
        {
            if (found.LossType is not null || !found.Closed)
            {
                string did = found.LossType is null ? "did not close" : $"reported {found.LossType}";
                yield return $"the {end} should have closed in good order, but {did}";
            }

            if (expected.Stalled && !found.Stalled)
            {
                yield return $"the {end} should have reported that its peer does not read";
            }

            yield break;
        }

        if (found.LossType is null || !expected.Types.Contains(found.LossType))
        {
            string types = string.Join(" or ", expected.Types);
            yield return $"the {end} should have reported {types}, but reported {found.LossType ?? "no loss"}";
            yield break;
        }

        if (detected <= Bound * expected.MoreThanBounds)
        {
            yield return $"the {end} reported the loss after {Duration.InSeconds(detected)} s, too early";
        }

        // The promise: the bound, and the time in which this process itself could not run.
        double running = ((detected ?? TimeSpan.Zero) - found.PausesInSilence).TotalSeconds;
        if (running > Bound.TotalSeconds * expected.AtMostBounds || running >= expected.LessThanSeconds)
        {
            yield return $"the {end} reported the loss after {Duration.InSeconds(detected)} s, too late";
        }

        if (expected.Diagnosis is { } diagnosis && (found.Diagnosis != diagnosis || found.Certainty < expected.AtLeast))
        {
            yield return $"the {end} should have taken it for {diagnosis}, but the diagnosis was {found.Diagnosis}, {found.Certainty}";
        }

        if (expected.OwnPauseInEvidence && found.LongestPause <= TimeSpan.Zero)
        {
            yield return $"the {end} slept, and its evidence does not say so";
        }
    }
}
