using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Liveness.WorksWithHttp.Tests.Lines;

internal static class MailKitLines
{
    public static async Task SendAsync(ILivenessFactory liveness, MimeMessage message, CancellationToken cancellationToken)
    {
        using SmtpClient smtp = new();
        using TcpClient tcp = new("mail.example.com", 587);
        await using LivenessConnection connection = await liveness.AttachAsync(tcp, "mail", cancellationToken);
        await smtp.ConnectAsync(connection.Stream, "mail.example.com", 587, SecureSocketOptions.StartTls, cancellationToken);
        await smtp.SendAsync(message, cancellationToken);
    }
}
