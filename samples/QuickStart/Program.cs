using System.Net;
using System.Net.Sockets;
using Liveness;
using Liveness.Testing;

using TcpListener listener = new(IPAddress.Loopback, 0);
listener.Start();
await using LoopbackRelay cable = LoopbackRelay.Start(listener.LocalEndpoint);
using TcpClient connected = new();
await connected.ConnectAsync(cable.EndPoint);
using TcpClient accepted = await listener.AcceptTcpClientAsync();

HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(3) };
Task<HeartbeatStream> starting = HeartbeatStream.StartAsync(accepted.GetStream(), options);
await using HeartbeatStream client = await HeartbeatStream.StartAsync(connected.GetStream(), options);
await using HeartbeatStream server = await starting;
client.Monitor.ConnectionLost += (_, e) => Console.WriteLine($"client: {e.Loss}");
server.Monitor.ConnectionLost += (_, e) => Console.WriteLine($"server: {e.Loss}");

cable.Cut();
await Task.WhenAll(client.Monitor.Completion, server.Monitor.Completion);
