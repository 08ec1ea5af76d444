using Liveness.NetworkTests;
using Liveness.NetworkTests.Lab;
using Liveness.WorksWithHttp.Tests.Ends;
using Liveness.WorksWithHttp.Tests.Rounds;

namespace Liveness.WorksWithHttp.Tests.Web;

/// <summary>HttpClient, gRPC, SignalR and YARP, over a cable that is cut.</summary>
public sealed class WebClientsTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_patience = Bounds.KernelOnly + TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_todaysPatience = TimeSpan.FromSeconds(120);

    [NetworkFact]
    public async Task Everybody_is_told_within_the_bound_once_and_works_again_when_the_cable_is_back()
    {
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        CutRounds rounds = await StartAsync(lab, Watching.KernelOnly, Watching.InBand);

        IReadOnlyList<Sighting> sightings = await rounds.RunAsync(CutRounds.Wanted, s_patience, isWatched: true);

        rounds.Print(BoundOf, s_patience);
        sightings.Should().NotBeEmpty();
        sightings.Where(static sighting => !sighting.IsWithin(BoundOf(sighting.Subject)) || (sighting.Waits && sighting.Failed is null)).Should().BeEmpty();
    }

    [TodayFact]
    public async Task This_is_what_happens_without_us()
    {
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        CutRounds rounds = await StartAsync(lab, Watching.None);

        IReadOnlyList<Sighting> sightings = await rounds.RunAsync(CutRounds.Wanted, s_todaysPatience, isWatched: false);

        rounds.Print(BoundOf, s_todaysPatience);
        sightings.Should().OnlyContain(static sighting => sighting.Lost == null);
    }

    private static TimeSpan BoundOf(string subject) => subject.Contains(nameof(Watching.InBand), StringComparison.Ordinal) ? Bounds.InBand : Bounds.KernelOnly;

    private async Task<CutRounds> StartAsync(NetworkLab lab, params Watching[] watching)
    {
        using CancellationTokenSource starting = new(CutRounds.StartLimit);
        await EndProcess.StartAsync(lab, lab.Server, starting.Token, "server", "web");
        List<EndProcess> clients = [];
        foreach (Watching one in watching)
        {
            clients.Add(await EndProcess.StartAsync(lab, lab.Client, starting.Token, "client", "web", $"{one}"));
        }

        return new CutRounds(lab, clients, output);
    }
}
