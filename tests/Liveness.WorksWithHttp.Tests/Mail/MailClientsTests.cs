using Liveness.NetworkTests;
using Liveness.NetworkTests.Lab;
using Liveness.WorksWithHttp.Tests.Ends;
using Liveness.WorksWithHttp.Tests.Rounds;

namespace Liveness.WorksWithHttp.Tests.Mail;

/// <summary>MailKit and a real server of mail, over a cable that is cut.</summary>
public sealed class MailClientsTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_patience = Bounds.KernelOnly + TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_todaysPatience = TimeSpan.FromSeconds(120);

    [NetworkFact("exim4")]
    public async Task A_client_is_told_within_the_bound_once_and_works_again_when_the_cable_is_back()
    {
        Prerequisites.Demand("exim4");
        using TemporaryFolder folder = new("liveness-mail-");
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        CutRounds rounds = await StartAsync(lab, folder.Path, Watching.KernelOnly);

        IReadOnlyList<Sighting> sightings = await rounds.RunAsync(CutRounds.Wanted, s_patience, isWatched: true);

        rounds.Print(static _ => Bounds.KernelOnly, s_patience);
        sightings.Should().NotBeEmpty();
        sightings.Where(static sighting => !sighting.IsWithin(Bounds.KernelOnly) || (sighting.Waits && sighting.Failed is null)).Should().BeEmpty();
    }

    [TodayFact]
    public async Task This_is_what_happens_without_us()
    {
        using TemporaryFolder folder = new("liveness-mail-");
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        CutRounds rounds = await StartAsync(lab, folder.Path, Watching.None);

        IReadOnlyList<Sighting> sightings = await rounds.RunAsync(CutRounds.Wanted, s_todaysPatience, isWatched: false);

        rounds.Print(static _ => Bounds.KernelOnly, s_todaysPatience);
        sightings.Should().OnlyContain(static sighting => sighting.Lost == null);
    }

    private async Task<CutRounds> StartAsync(NetworkLab lab, string folder, Watching watching)
    {
        using CancellationTokenSource starting = new(CutRounds.StartLimit);
        await MailServer.StartAsync(lab, folder);
        EndProcess client = await EndProcess.StartAsync(lab, lab.Client, starting.Token, "client", "mail", $"{watching}");
        return new CutRounds(lab, [client], output);
    }
}
