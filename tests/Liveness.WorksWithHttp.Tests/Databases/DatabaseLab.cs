using Liveness.NetworkTests;
using Liveness.NetworkTests.Lab;
using Liveness.WorksWithHttp.Tests.Ends;
using Liveness.WorksWithHttp.Tests.Rounds;

namespace Liveness.WorksWithHttp.Tests.Databases;

/// <summary>A server, with data of its own that go with it.</summary>
internal sealed class DatabaseLab : IAsyncDisposable
{
    private readonly Database _database;
    private readonly NetworkLab _lab;
    private readonly TemporaryFolder _folder = new("liveness-database-");

    private DatabaseLab(Database database, NetworkLab lab) => (_database, _lab) = (database, lab);

    public static async Task<DatabaseLab> StartAsync(Database database)
    {
        Prerequisites.Demand(database == Database.PostgreSql ? "pg_ctlcluster" : "mariadbd");
        DatabaseLab lab = new(database, await NetworkLab.CreateAsync());
        try
        {
            await Shell.RunAsync($"chmod 755 {lab._folder.Path}");
            string data = Path.Combine(lab._folder.Path, "of-the-server");
            await (database == Database.PostgreSql ? DatabaseServers.StartPostgresAsync(lab._lab, data) : DatabaseServers.StartMariaDbAsync(lab._lab, data));
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public async Task<CutRounds> ConnectAsync(Watching watching, ITestOutputHelper output)
    {
        using CancellationTokenSource starting = new(CutRounds.StartLimit);
        EndProcess client = await EndProcess.StartAsync(_lab, _lab.Client, starting.Token, "client", "database", $"{_database}", $"{watching}");
        return new CutRounds(_lab, [client], output);
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        _folder.Dispose();
    }
}
