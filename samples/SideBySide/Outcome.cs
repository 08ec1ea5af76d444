using System.Globalization;
using CableLab;
using Liveness;

namespace SideBySide;

/// <summary>How a run ended, and whether that was right. Pure.</summary>
internal sealed record Outcome(
    Fault Fault, int Connections, TimeSpan Bound, EndSums Client, TimeSpan? ClientDetected, EndSums Server, TimeSpan? ServerDetected)
{
    /// <summary>What is wrong; nothing where the outcome is the right one.</summary>
    public IReadOnlyList<string> Complaints() =>
    [
        .. Complaints("client", Fault.Types, Fault.Diagnoses, Client, ClientDetected),
        .. Complaints("server", Fault.ServerTypes, [], Server, ServerDetected),
    ];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"RESULT fault={Fault.Name} client={Client.Type ?? "none"} client_detected={Duration.InSeconds(ClientDetected)} "
        + $"server={Server.Type ?? "none"} server_detected={Duration.InSeconds(ServerDetected)} "
        + $"bound={Duration.InSeconds(Bound)} lost={Client.Lost}");

    private IEnumerable<string> Complaints(string end, string[]? types, LossDiagnosis[] diagnoses, EndSums found, TimeSpan? detected)
    {
        if (types is null)
        {
            yield break;
        }

        (int lost, int closed) = types.Length == 0 ? (0, Connections) : (Connections, 0);
        if ((found.Lost, found.Closed) != (lost, closed))
        {
            yield return $"the {end} should have lost {lost} connections and closed {closed}, "
                + $"but lost {found.Lost} and closed {found.Closed}";
        }
        else if (lost > 0)
        {
            if (!types.Contains(found.Type))
            {
                yield return $"the {end} should have reported {string.Join(" or ", types)}, but reported {found.Type}";
            }

            if (detected > Bound * Fault.AtMostBounds)
            {
                yield return $"the {end} reported the losses after {Duration.InSeconds(detected)} s, too late";
            }

            if (diagnoses.Length > 0 && !diagnoses.Contains(found.Diagnosis))
            {
                string right = string.Join(" or ", diagnoses);
                yield return $"the {end} should have taken it for {right}, but the diagnosis was {found.Diagnosis}";
            }
        }
    }
}
