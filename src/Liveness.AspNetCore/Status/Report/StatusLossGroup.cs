namespace Liveness.AspNetCore;

/// <summary>Losses of one second and one diagnosis: one cause may be behind them.</summary>
/// <param name="Second">The second in UTC, by the wall clock.</param>
/// <param name="Diagnosis">Of all of them.</param>
/// <param name="Count">How many.</param>
/// <param name="AgeSeconds">Since the newest of them.</param>
/// <param name="Names">How many of each name, the most frequent first; of a few names.</param>
/// <param name="OtherNames">How many names there are besides.</param>
/// <param name="Hosts">From how many addresses, ports aside.</param>
/// <param name="HasMoreHosts">There are more hosts; nobody has counted further.</param>
/// <param name="Host">The address, where all of them have the same; else null.</param>
internal sealed record StatusLossGroup(
    DateTimeOffset Second,
    string Diagnosis,
    int Count,
    double AgeSeconds,
    IReadOnlyDictionary<string, int> Names,
    int OtherNames,
    int Hosts,
    bool HasMoreHosts,
    string? Host);
