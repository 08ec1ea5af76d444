using Liveness.NetworkTests;
using Liveness.NetworkTests.Lab;
using Liveness.WorksWithHttp.Tests.Ends;
using Liveness.WorksWithHttp.Tests.Rounds;

namespace Liveness.WorksWithHttp.Tests.Cluster;

/// <summary>An Orleans client and its silo, over a cable that is cut.</summary>
public sealed class ClusterClientsTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_patience = Bounds.InBand + TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_todaysPatience = TimeSpan.FromSeconds(120);

    [NetworkFact]
    public async Task A_client_is_told_within_the_bound_once_and_works_again_when_the_cable_is_back()
    {
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        CutRounds rounds = await StartAsync(lab, Watching.InBand);

        IReadOnlyList<Sighting> sightings = await rounds.RunAsync(CutRounds.Wanted, s_patience, isWatched: true);

        rounds.Print(static _ => Bounds.InBand, s_patience);
        sightings.Should().NotBeEmpty();
        sightings.Where(static sighting => !sighting.IsWithin(Bounds.InBand)).Should().BeEmpty();
    }

    [TodayFact]
    public async Task This_is_what_happens_without_us()
    {
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        CutRounds rounds = await StartAsync(lab, Watching.None);

        IReadOnlyList<Sighting> sightings = await rounds.RunAsync(CutRounds.Wanted, s_todaysPatience, isWatched: false);

        rounds.Print(static _ => Bounds.InBand, s_todaysPatience);
        sightings.Should().OnlyContain(static sighting => sighting.Lost == null);
    }

    private async Task<CutRounds> StartAsync(NetworkLab lab, Watching watching)
    {
        using CancellationTokenSource starting = new(CutRounds.StartLimit);
        await EndProcess.StartAsync(lab, lab.Server, starting.Token, "server", "cluster", $"{watching}");
        EndProcess client = await EndProcess.StartAsync(lab, lab.Client, starting.Token, "client", "cluster", $"{watching}");
        return new CutRounds(lab, [client], output);
    }
}
