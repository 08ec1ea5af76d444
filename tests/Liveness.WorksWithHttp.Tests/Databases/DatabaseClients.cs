using System.Data.Common;
using Liveness.KeepAlive;
using Liveness.WorksWithHttp.Tests.Ends;
using MySqlConnector;
using Npgsql;

namespace Liveness.WorksWithHttp.Tests.Databases;

/// <summary>Clients that let nobody near their sockets: they are told by their connection strings.</summary>
internal sealed class DatabaseClients(string host, Watching watching)
{
    private static readonly TcpKeepAlivePlan s_plan = TcpKeepAlivePlan.Create(new TcpKeepAliveOptions { DetectWithin = Bounds.Keywords });

    private bool IsWatched => watching != Watching.None;

    /// <summary>Idle, only the kernel may end the waiting. Busy, the kernel takes a quarter of an hour, and the client's own limit is all
    /// there is.</summary>
    public IReadOnlyList<Subject> Make(Database database) => database switch
    {
        Database.PostgreSql =>
        [
            Of("Npgsql", busy: false, () => new NpgsqlConnection($"{ForNpgsql};Command Timeout=0"), "SELECT pg_sleep(600)"),
            Of("Npgsql", busy: true, () => new NpgsqlConnection($"{ForNpgsql};Command Timeout={Bounds.CommandTimeout.TotalSeconds}"), ""),
        ],
        Database.MariaDb =>
        [
            Of("MySqlConnector", busy: false, () => new MySqlConnection($"{ForMySql};Default Command Timeout=0"), "SELECT SLEEP(600)"),
            Of("MySqlConnector", busy: true, () => new MySqlConnection($"{ForMySql};Default Command Timeout={Bounds.CommandTimeout.TotalSeconds}"), ""),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(database), database, null),
    };

    /// <summary>With encryption by GSS, which it prefers, it asks name servers that are not there, and connects twice.</summary>
    private string ForNpgsql => $"Host={host};Username=postgres;Database=postgres;Pooling=false;GssEncryptionMode=Disable;Timeout={Bounds.ConnectTimeout.TotalSeconds};{(IsWatched ? TcpKeepAliveKeywords.ForNpgsql(s_plan) : "")}";

    private string ForMySql => $"Server={host};User ID=app;Database=test;Pooling=false;SslMode=None;ConnectionTimeout={Bounds.ConnectTimeout.TotalSeconds};{(IsWatched ? TcpKeepAliveKeywords.ForMySqlConnector(s_plan) : "")}";

    private Subject Of(string client, bool busy, Func<DbConnection> make, string sleep)
    {
        DbConnection? connection = null;
        return new Subject
        {
            Name = $"{client}, {(IsWatched ? "Keywords" : $"{watching}")}, {(busy ? "busy" : "idle")}",
            IsBusy = busy,
            UseAsync = token => AskAsync("SELECT 1", token),
            WaitAsync = token => AskAsync(sleep, token),
        };

        async Task AskAsync(string question, CancellationToken cancellationToken)
        {
            if (connection is not { State: System.Data.ConnectionState.Open })
            {
                connection = make();
                await connection.OpenAsync(cancellationToken);
            }

            try
            {
                await using DbCommand command = connection.CreateCommand();
                command.CommandText = question;
                await command.ExecuteScalarAsync(cancellationToken);
            }
            catch
            {
                // As a pool does with a connection that has failed.
                await connection.DisposeAsync();
                throw;
            }
        }
    }
}
