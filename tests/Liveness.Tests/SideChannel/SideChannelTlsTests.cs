using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using Liveness.SideChannel;
using System.Security.Cryptography.X509Certificates;
using Liveness.Tests.InBand;

namespace Liveness.Tests.SideChannel;

/// <summary>Side connections over TLS, with certificates made for the moment.</summary>
public sealed class SideChannelTlsTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_certificate_decides_who_may_watch(bool isKnown)
    {
        using X509Certificate2 server = Certificate("CN=server");
        using X509Certificate2 known = Certificate("CN=client");
        using X509Certificate2 stranger = Certificate("CN=client");
        SideChannelListenerOptions atServer = new()
        {
            Tls = new SslServerAuthenticationOptions
            {
                ServerCertificate = server,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, presented, _, _) => known.Equals(presented),
            },
        };
        await using SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), atServer);
        SideChannelClientOptions atClient = new()
        {
            Tls = new SslClientAuthenticationOptions
            {
                TargetHost = "server",
                ClientCertificates = [isKnown ? known : stranger],
                RemoteCertificateValidationCallback = (_, presented, _, _) => server.Equals(presented),
            },
        };
        Func<Task> watching = async () =>
        {
            await using SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint, atClient).WaitAsync(s_safety);
            using SocketPair data = SocketPair.OverTcp();
            await using SideWatch watchedAtServer = listener.Watch(data.Server);
            await using SideWatch watched = client.Watch(data.Client);
            TaskCompletionSource vouched = new(TaskCreationOptions.RunContinuationsAsynchronously);
            watched.Monitor.StateChanged += (_, e) => Note(e.NewConditions);
            Note(watched.Monitor.Conditions);
            await vouched.Task.WaitAsync(s_safety);

            void Note(ConnectionConditions conditions)
            {
                if (conditions == ConnectionConditions.None)
                {
                    vouched.TrySetResult();
                }
            }
        };

        if (isKnown)
        {
            await watching.Should().NotThrowAsync();
        }
        else
        {
            (await watching.Should().ThrowAsync<Exception>()).Which.Should().NotBeOfType<TimeoutException>();
            listener.SideConnectionCount.Should().Be(0);
        }
    }

    private static X509Certificate2 Certificate(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
