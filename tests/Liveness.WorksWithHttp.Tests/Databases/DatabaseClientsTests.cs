using Liveness.NetworkTests;
using Liveness.WorksWithHttp.Tests.Ends;
using Liveness.WorksWithHttp.Tests.Rounds;

namespace Liveness.WorksWithHttp.Tests.Databases;

/// <summary>Npgsql and MySqlConnector with the keywords of a plan, over a cable that is cut.</summary>
public sealed class DatabaseClientsTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_patience = Bounds.Keywords + Bounds.NpgsqlCancelling + TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_todaysPatience = TimeSpan.FromSeconds(120);

    [NetworkFact("pg_ctlcluster")]
    public Task A_command_of_Npgsql_that_waits_fails_within_the_bound_of_the_keywords() => ShouldFailInTimeAsync(Database.PostgreSql);

    [NetworkFact("mariadbd")]
    public Task A_command_of_MySqlConnector_that_waits_fails_within_the_bound_of_the_keywords() => ShouldFailInTimeAsync(Database.MariaDb);

    [TodayFact]
    public Task This_is_what_happens_without_us_to_Npgsql() => MeasureAsync(Database.PostgreSql);

    [TodayFact]
    public Task This_is_what_happens_without_us_to_MySqlConnector() => MeasureAsync(Database.MariaDb);

    private async Task ShouldFailInTimeAsync(Database database)
    {
        await using DatabaseLab lab = await DatabaseLab.StartAsync(database);
        CutRounds rounds = await lab.ConnectAsync(Watching.KernelOnly, output);

        IReadOnlyList<Sighting> sightings = await rounds.RunAsync(CutRounds.Wanted, s_patience, isWatched: false);

        rounds.Print(BoundOf, s_patience);
        sightings.Should().NotBeEmpty();
        sightings.Where(static sighting => !sighting.IsWithin(BoundOf(sighting.Subject))).Should().BeEmpty();
    }

    private async Task MeasureAsync(Database database)
    {
        await using DatabaseLab lab = await DatabaseLab.StartAsync(database);
        CutRounds rounds = await lab.ConnectAsync(Watching.None, output);

        IReadOnlyList<Sighting> sightings = await rounds.RunAsync(CutRounds.Wanted, s_todaysPatience, isWatched: false);

        rounds.Print(BoundOf, s_todaysPatience);
        sightings.Should().NotBeEmpty();
    }

    /// <summary>With data in flight a keyword helps nobody: the client's own limit does.</summary>
    private static TimeSpan BoundOf(string subject)
    {
        bool isBusy = subject.EndsWith("busy", StringComparison.Ordinal);
        return subject.StartsWith("Npgsql", StringComparison.Ordinal)
            ? (isBusy ? Bounds.CommandTimeout : Bounds.Keywords) + Bounds.NpgsqlCancelling
            : isBusy ? Bounds.CommandTimeout + Bounds.MySqlCancelling : Bounds.Keywords;
    }
}
