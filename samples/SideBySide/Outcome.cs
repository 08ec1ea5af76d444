using System.Globalization;
using Liveness;
using PullTheCable;

namespace SideBySide;

/// <summary>What one end has said so far of all of its connections.</summary>
internal sealed record EndSums
{
    public int Lost { get; private init; }

    public int Closed { get; private init; }

    public string? Type { get; private init; }

    public Diagnosis Diagnosis { get; private init; }

    /// <summary>The last of the losses.</summary>
    public long LostAt { get; private init; }

    public EndSums After(EndEvent e) => e.Kind switch
    {
        EndEventKind.Lost => this with { Lost = Lost + 1, Type = e.Detail, Diagnosis = e.Diagnosis, LostAt = e.Timestamp },
        EndEventKind.Closed => this with { Closed = Closed + 1 },
        _ => this,
    };
}

/// <summary>How a run ended, and whether that was right. Pure.</summary>
internal sealed record Outcome(Fault Fault, int Connections, TimeSpan Bound, EndSums Client, TimeSpan? ClientDetected, EndSums Server, TimeSpan? ServerDetected)
{
    /// <summary>What is wrong; nothing where the outcome is the right one.</summary>
    public IReadOnlyList<string> Complaints() =>
        [.. Complaints("client", Fault.Types, Fault.Diagnoses, Client, ClientDetected), .. Complaints("server", Fault.ServerTypes, [], Server, ServerDetected)];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"RESULT fault={Fault.Name} client={Client.Type ?? "none"} client_detected={Seconds(ClientDetected)} server={Server.Type ?? "none"} server_detected={Seconds(ServerDetected)} bound={Seconds(Bound)} lost={Client.Lost}");

    private static string Seconds(TimeSpan? duration) => duration?.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    private IEnumerable<string> Complaints(string end, string[]? types, Diagnosis[] diagnoses, EndSums found, TimeSpan? detected)
    {
        if (types is null)
        {
            yield break;
        }

        (int lost, int closed) = types.Length == 0 ? (0, Connections) : (Connections, 0);
        if ((found.Lost, found.Closed) != (lost, closed))
        {
            yield return $"the {end} should have lost {lost} connections and closed {closed}, but lost {found.Lost} and closed {found.Closed}";
        }
        else if (lost > 0)
        {
            if (!types.Contains(found.Type))
            {
                yield return $"the {end} should have reported {string.Join(" or ", types)}, but reported {found.Type}";
            }

            if (detected > Bound * Fault.AtMostBounds)
            {
                yield return $"the {end} reported the losses after {Seconds(detected)} s, too late";
            }

            if (diagnoses.Length > 0 && !diagnoses.Contains(found.Diagnosis))
            {
                yield return $"the {end} should have taken it for {string.Join(" or ", diagnoses)}, but the diagnosis was {found.Diagnosis}";
            }
        }
    }
}
