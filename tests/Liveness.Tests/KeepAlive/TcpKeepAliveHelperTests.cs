using System.Net;
using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.Tests.KeepAlive;

/// <summary>Where sockets are made by somebody else. On loopback.</summary>
public sealed class TcpKeepAliveHelperTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [LinuxFact]
    public async Task An_accepted_socket_has_it_when_the_caller_gets_it()
    {
        using Socket listener = Listen();
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task connecting = client.ConnectAsync(listener.LocalEndPoint!);
        TcpKeepAliveResult? told = null;

        using Socket accepted = await listener.AcceptWithTcpKeepAliveAsync(Plan(60), result => told = result).AsTask().WaitAsync(s_patience);

        await connecting.WaitAsync(s_patience);
        TcpKeepAlive.Read(accepted).Idle.Should().Be(TimeSpan.FromSeconds(32));
        told!.IsComplete.Should().BeTrue();
    }

    [LinuxFact]
    public async Task An_accepted_socket_that_cannot_have_it_is_closed_and_the_listener_listens_on()
    {
        using Socket listener = Listen();
        KeepAlivePlatform wrong = KeepAlivePlatforms.Linux with { UserTimeout = null };
        TcpKeepAlivePlan plan = TcpKeepAlivePlan.Create(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) }, wrong, Plans.Limits);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!).WaitAsync(s_patience);

        Func<Task> accept = () => listener.AcceptWithTcpKeepAliveAsync(plan).AsTask().WaitAsync(s_patience);

        await accept.Should().ThrowAsync<TcpKeepAliveException>();
        (await client.ReceiveAsync(new byte[1]).WaitAsync(s_patience)).Should().Be(0);
        using Socket second = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await second.ConnectAsync(listener.LocalEndPoint!).WaitAsync(s_patience);
        using Socket accepted = await listener.AcceptWithTcpKeepAliveAsync(Plan(60)).AsTask().WaitAsync(s_patience);
        accepted.Connected.Should().BeTrue();
    }

    [LinuxFact]
    public async Task A_client_has_it_once_it_is_connected()
    {
        using Socket listener = Listen();
        using TcpClient client = new();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndPoint!).WaitAsync(s_patience);

        client.ApplyTcpKeepAlive(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(5) }).IsComplete.Should().BeTrue();

        TcpKeepAlive.Read(client.Client).UserTimeout.Should().Be(TimeSpan.FromSeconds(5));
    }

    [LinuxFact]
    public async Task Applied_too_early_it_does_not_break_connecting_to_a_second_address()
    {
        // The first address refuses: nobody listens there. .NET then needs a new descriptor, and gives it what it has tracked.
        using Socket listener = Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ApplyTcpKeepAlive(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60), Policy = TcpKeepAlivePolicy.BestEffort });

        await socket.ConnectAsync([IPAddress.Parse("127.0.0.99"), IPAddress.Loopback], port).WaitAsync(s_patience);

        TcpKeepAliveSettings early = TcpKeepAlive.Read(socket);
        early.Idle.Should().Be(TimeSpan.FromSeconds(32));
        early.Enabled.Should().BeTrue();
        early.UserTimeout.Should().Be(Timeout.InfiniteTimeSpan);
        socket.ApplyTcpKeepAlive(Plan(60)).IsComplete.Should().BeTrue();
        TcpKeepAlive.Read(socket).UserTimeout.Should().Be(TimeSpan.FromSeconds(60));
    }

    [LinuxFact]
    public async Task Set_by_number_too_early_it_would_break_it()
    {
        using Socket listener = Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetRawSocketOption(6, 18, BitConverter.GetBytes(60_000));

        Func<Task> connect = () => socket.ConnectAsync([IPAddress.Parse("127.0.0.99"), IPAddress.Loopback], port).WaitAsync(s_patience);

        // By name it is a PlatformNotSupportedException, with a list of addresses the first one's refusal. Either way the second is never
        // tried: this is why it is deferred.
        await connect.Should().ThrowAsync<Exception>();
        socket.Connected.Should().BeFalse();
    }

    [LinuxFact]
    public async Task An_HTTP_handler_gets_connections_that_have_it()
    {
        using Socket listener = Listen();
        List<TcpKeepAliveResult> told = [];
        using SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            ConnectCallback = TcpKeepAlive.CreateConnectCallback(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) }, told.Add),
        };
        using HttpClient http = new(handler);

        // A name with two addresses here, of which the listener has one.
        Task<string> asking = http.GetStringAsync(new Uri($"http://localhost:{((IPEndPoint)listener.LocalEndPoint!).Port}/"));
        using Socket server = await listener.AcceptAsync().WaitAsync(s_patience);
        await server.ReceiveAsync(new byte[4_096]).WaitAsync(s_patience);
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nalive"u8.ToArray()).WaitAsync(s_patience);

        (await asking.WaitAsync(s_patience)).Should().Be("alive");
        told.Should().ContainSingle().Which.InForce.UserTimeout.Should().Be(TimeSpan.FromSeconds(60));
    }

    [LinuxFact]
    public async Task An_HTTP_connection_that_cannot_have_it_fails_with_the_reason()
    {
        using Socket listener = Listen();
        using SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            ConnectCallback = TcpKeepAlive.CreateConnectCallback(new TcpKeepAliveOptions(), _ => throw new InvalidDataException("told")),
        };
        using HttpClient http = new(handler);

        Func<Task> ask = () => http.GetStringAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}/")).WaitAsync(s_patience);

        (await ask.Should().ThrowAsync<HttpRequestException>()).WithInnerException<InvalidDataException>();
        using Socket server = await listener.AcceptAsync().WaitAsync(s_patience);
        (await server.ReceiveAsync(new byte[1]).WaitAsync(s_patience)).Should().Be(0, "the connection is closed, not leaked");
    }

    [Fact]
    public void Bad_options_fail_when_the_callback_is_made()
    {
        Action make = () => TcpKeepAlive.CreateConnectCallback(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(1) });

        make.Should().Throw<ArgumentOutOfRangeException>();
    }

    private static TcpKeepAlivePlan Plan(double detectWithin) => TcpKeepAlivePlan.Create(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(detectWithin) });

    private static Socket Listen()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(2);
        return listener;
    }
}
