using System.Net.Sockets;
using Liveness.WorksWithHttp.Tests.Ends;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Liveness.WorksWithHttp.Tests.Mail;

/// <summary>MailKit takes a connection that somebody else has made.</summary>
internal sealed class MailClients(string host, Watching watching)
{
    private readonly ILivenessFactory _factory = new LivenessFactory(new LivenessOptions { Mode = LivenessMode.KernelOnly, DetectWithin = Bounds.KernelOnly });

    public IReadOnlyList<Subject> Make() => [Make(busy: false), Make(busy: true)];

    private Subject Make(bool busy)
    {
        string name = $"MailKit, {watching}, {(busy ? "busy" : "idle")}";
        SmtpClient? client = null;
        return new Subject
        {
            Name = name,
            IsBusy = busy,
            UseAsync = async token =>
            {
                try
                {
                    client ??= await ConnectAsync(name, token);
                    await client.NoOpAsync(token);
                }
                catch
                {
                    client?.Dispose();
                    client = null;
                    throw;
                }
            },
        };
    }

    private async Task<SmtpClient> ConnectAsync(string name, CancellationToken cancellationToken)
    {
        TcpClient tcp = new();
        await tcp.ConnectAsync(host, MailServer.Port, cancellationToken);
        SmtpClient client = new() { Timeout = (int)TimeSpan.FromMinutes(10).TotalMilliseconds };
        if (watching == Watching.None)
        {
            await client.ConnectAsync(tcp.Client, host, MailServer.Port, SecureSocketOptions.None, cancellationToken);
            return client;
        }

        LivenessConnection connection = await _factory.AttachAsync(tcp, cancellationToken: cancellationToken);
        Reports.Of(name)(connection);
        await client.ConnectAsync(connection.Stream, host, MailServer.Port, SecureSocketOptions.None, cancellationToken);
        return client;
    }
}
