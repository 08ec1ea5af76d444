using Liveness;
using Liveness.KeepAlive;
using Snippets;

Console.WriteLine("-- explain");
Console.WriteLine(HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(3) }).Explain());
Console.WriteLine("-- wrap a socket");
await WrapASocket.RunAsync();
Console.WriteLine("-- one port");
await OnePort.RunAsync();
Console.WriteLine("-- follow a connection");
await FollowAConnection.RunAsync();
Console.WriteLine("-- tell losses apart");
TellLossesApart.Run();
Console.WriteLine("-- close or abort");
await CloseOrAbort.RunAsync();
Console.WriteLine("-- go away");
await GoAway.RunAsync();
Console.WriteLine("-- own ids");
await OwnIds.RunAsync();
Console.WriteLine("-- listen to all");
await ListenToAll.RunAsync();
Console.WriteLine("-- where is my device");
await WhereIsMyDevice.RunAsync();
Console.WriteLine("-- the kernel half");
Console.WriteLine(TcpKeepAlivePlan.Create(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) }).Explain());
KernelKeepAlive.Run();
using (HttpClient client = KernelKeepAlive.MakeHttpClient())
{
    Console.WriteLine($"requests give up after {client.Timeout}");
}

Console.WriteLine("-- keywords of connection strings");
DatabaseKeywords.Run();
Console.WriteLine("-- watch a socket");
await WatchASocket.RunAsync();
Console.WriteLine("-- watch a client's socket");
await WatchAClientsSocket.RunAsync();
Console.WriteLine("-- test your own handling");
await TestYourHandling.RunAsync();
Console.WriteLine("-- configured by name");
await ConfiguredByName.RunAsync();
Console.WriteLine("-- watch from the side");
await WatchFromTheSide.RunAsync();
Console.WriteLine("-- ping your protocol");
await PingYourProtocol.RunAsync();
