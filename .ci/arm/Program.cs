using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Liveness;
using Liveness.KeepAlive;
using Liveness.Kernel;
using Liveness.Testing;

Rehearsal rehearsal = new();
Console.WriteLine($"{RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.ProcessArchitecture}, pointers of {IntPtr.Size} bytes");
using TcpListener listener = new(IPAddress.Loopback, 0);
listener.Start();

(Socket client, Socket server) = await ConnectAsync(listener.LocalEndpoint);
TcpKeepAliveResult applied = client.ApplyTcpKeepAlive(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(20) });
TcpKeepAliveSettings inForce = TcpKeepAlive.Read(client);
rehearsal.Expect("keepalive is in force as planned", applied.IsComplete && inForce is { Enabled: true, UserTimeout: { } timeout } && timeout == TimeSpan.FromSeconds(20));
await client.SendAsync(new byte[3000]);
await using (NetworkStream reader = new(server, ownsSocket: false))
{
    await reader.ReadExactlyAsync(new byte[3000]);
}

bool isRead = TcpInfoSnapshot.TryRead(client, out TcpInfoSnapshot kernel);
rehearsal.Expect("the kernel's record tells the state", isRead && kernel.State == System.Net.NetworkInformation.TcpState.Established);
rehearsal.Expect("the kernel's record counts what was sent, or says nothing", kernel.BytesSent is null or 3000, kernel.BytesSent is null ? "it says nothing" : null);

await using (SocketWatcher watcher = SocketWatcher.Start(client))
{
    server.LingerState = new LingerOption(enable: true, seconds: 0);
    server.Dispose();
    ConnectionLoss? loss = await watcher.Monitor.Completion.WaitAsync(TimeSpan.FromSeconds(20));
    rehearsal.Expect("a watched socket tells a reset", loss is ConnectionReset, loss?.ToString());
}

await using LoopbackRelay cable = LoopbackRelay.Start(listener.LocalEndpoint);
(client, server) = await ConnectAsync(cable.EndPoint);
HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(2) };
await using HeartbeatStream there = new(server, options);
Task starting = there.StartAsync();
await using HeartbeatStream here = await HeartbeatStream.StartAsync(client, options);
await starting;
byte[] sent = new byte[1_000_000];
new Random(1).NextBytes(sent);
byte[] received = new byte[sent.Length];
Task writing = here.WriteAsync(sent).AsTask();
await there.ReadExactlyAsync(received);
await writing;
rehearsal.Expect("a million bytes arrive as they were sent", received.AsSpan().SequenceEqual(sent));
long begun = TimeProvider.System.GetTimestamp();
cable.Cut();
ConnectionLoss? cut = await here.Monitor.Completion.WaitAsync(TimeSpan.FromSeconds(20));
TimeSpan took = TimeProvider.System.GetElapsedTime(begun);
rehearsal.Expect($"a cut cable is told after {took.TotalSeconds:0.00} of 2 s", cut is HeartbeatTimedOut && took < TimeSpan.FromSeconds(2.2), cut?.ToString());
return rehearsal.ExitCode;

async Task<(Socket Client, Socket Server)> ConnectAsync(EndPoint to)
{
    Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    await socket.ConnectAsync(to);
    return (socket, await listener.AcceptSocketAsync());
}

/// <summary>What was expected, and how much of it did not come.</summary>
internal sealed class Rehearsal
{
    private int _passed;
    private int _failed;

    public int ExitCode
    {
        get
        {
            Console.WriteLine($"RESULT arm64 passed={_passed} failed={_failed}");
            return _failed == 0 ? 0 : 1;
        }
    }

    public void Expect(string what, bool holds, string? more = null)
    {
        _ = holds ? _passed++ : _failed++;
        Console.WriteLine($"{(holds ? "ok    " : "FAILED")} {what}{(more is null ? "" : $": {more}")}");
    }
}
