using Liveness.NetworkTests.Lab;

namespace Liveness.WorksWithHttp.Tests.Mail;

/// <summary>A real exim on the server's host. It takes mail for anybody and delivers none.</summary>
internal static class MailServer
{
    public const int Port = 2525;

    /// <summary>Of every cut the server keeps a dead connection for minutes: it takes as many as come.</summary>
    /// <returns>When it listens.</returns>
    public static async Task StartAsync(NetworkLab lab, string folder)
    {
        string configuration = Path.Combine(folder, "exim.conf");
        await File.WriteAllTextAsync(configuration, $"""
            primary_hostname = server
            daemon_smtp_ports = {Port}
            local_interfaces = {NetworkLab.ServerAddress}
            spool_directory = {folder}
            log_file_path = {folder}/%slog
            pid_file_path = {folder}/pid
            host_lookup =
            rfc1413_query_timeout = 0s
            smtp_accept_keepalive = false
            acl_smtp_rcpt = taken
            queue_only
            smtp_accept_max_nonmail = 1000000
            smtp_accept_max = 0
            begin acl
            taken:
              accept

            """);
        await Shell.RunAsync($"chown -R Debian-exim:Debian-exim {folder}; chown root {configuration}; chmod 644 {configuration}");

        // Its processes for single clients outlive it, and would hold on to what it was started with: they end with the namespace.
        LabProcess.Start(lab, lab.Server, "sh", "-c", $"exec exim4 -bdf -C {configuration} >{folder}/output 2>&1");
        await Shell.RunAsync($"for i in $(seq 100); do if ip netns exec {lab.Server} ss -Htln sport = :{Port} | grep -q LISTEN; then exit 0; fi; sleep 0.1; done; exit 1");
    }
}
