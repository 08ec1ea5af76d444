using Liveness.NetworkTests.Lab;

namespace Liveness.WorksWithHttp.Tests.Databases;

/// <summary>Real servers on the server's host: programs that know nothing of us.</summary>
internal static class DatabaseServers
{
    /// <returns>When it answers.</returns>
    public static async Task StartPostgresAsync(NetworkLab lab, string folder)
    {
        string programs = (await Shell.RunAsync("dirname $(ls /usr/lib/postgresql/*/bin/postgres | tail -n 1)")).Trim();
        string[] asUser = ["--reuid=postgres", "--regid=postgres", "--clear-groups"];
        await Shell.RunAsync($"""
            mkdir -p {folder}
            chown postgres:postgres {folder}
            cd /
            setpriv {string.Join(' ', asUser)} {programs}/initdb -D {folder}/data -A trust --no-sync --no-locale -E UTF8
            printf 'host all all 0.0.0.0/0 trust\n' >>{folder}/data/pg_hba.conf
            """);
        LabProcess.Start(
            lab, lab.Server, "setpriv", [.. asUser, $"{programs}/postgres", "-D", $"{folder}/data", "-c", $"listen_addresses={NetworkLab.ServerAddress}", "-c", $"unix_socket_directories={folder}", "-c", "fsync=off"]);
        await AnswersAsync(lab, $"{programs}/psql -U postgres -h {NetworkLab.ServerAddress} -c 'SELECT 1'");
    }

    /// <inheritdoc cref="StartPostgresAsync"/>
    public static async Task StartMariaDbAsync(NetworkLab lab, string folder)
    {
        await Shell.RunAsync($"""
            mkdir -p {folder}
            chown mysql:mysql {folder}
            mariadb-install-db --no-defaults --user=mysql --datadir={folder}/data --auth-root-authentication-method=normal --skip-test-db
            """);
        LabProcess.Start(
            lab, lab.Server, "mariadbd", "--no-defaults", "--user=mysql", $"--datadir={folder}/data", $"--bind-address={NetworkLab.ServerAddress}", $"--socket={folder}/socket", $"--pid-file={folder}/pid", "--skip-name-resolve");
        string client = $"mariadb --no-defaults --socket={folder}/socket -u root -e";
        await AnswersAsync(lab, $"{client} 'SELECT 1'");
        await Shell.RunAsync($"""{client} "CREATE DATABASE test; CREATE USER app; GRANT ALL ON test.* TO app" """);
    }

    private static Task<string> AnswersAsync(NetworkLab lab, string question) =>
        Shell.RunAsync($"for i in $(seq 150); do if ip netns exec {lab.Server} {question}; then exit 0; fi; sleep 0.1; done; exit 1");
}
