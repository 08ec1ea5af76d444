using System.Net;
using CableLab;
using Liveness.Testing;

namespace SideBySide;

/// <summary>The two ways from client to server: that of the data connections and that of the side connection.</summary>
internal sealed class Paths : IAsyncDisposable
{
    // For documentation (RFC 5737), nobody's.
    private static readonly IPAddress s_sideOnCable = IPAddress.Parse("192.0.2.3");

    private readonly Cable? _cable;
    private readonly LoopbackRelay? _relay;

    /// <param name="arguments">Of this run.</param>
    /// <param name="ports">Of the server.</param>
    public Paths(Arguments arguments, string ports)
    {
        _cable = arguments.Cable;
        (Data, Side) = AtServer(arguments, ports);
        if (_cable is null && arguments.Fault.Name == Fault.SideCut)
        {
            _relay = LoopbackRelay.Start(Side);
            Side = _relay.EndPoint;
        }
    }

    public IPEndPoint Data { get; }

    public IPEndPoint Side { get; }

    public static (IPEndPoint Data, IPEndPoint Side) AtServer(Arguments arguments, string ports)
    {
        // Behind a relay the side connection is answered by another kernel than the server's: another address says so.
        bool relayed = arguments.Fault.Name == Fault.SideCut && OperatingSystem.IsLinux();
        int[] numbers = [.. ports.Split(',').Select(int.Parse)];

        // One address for both says that one kernel answers: without that nobody can tell a stopped process from a proxy that does not pass
        // on.
        IPAddress sideOnCable = arguments.Fault.Name == Fault.Freeze ? Cable.ServerAddress : s_sideOnCable;
        (IPAddress data, IPAddress side) = arguments.Cable is not null
            ? (Cable.ServerAddress, sideOnCable)
            : (relayed ? IPAddress.Parse("127.0.0.2") : IPAddress.Loopback, IPAddress.Loopback);
        return (new IPEndPoint(data, numbers[0]), new IPEndPoint(side, numbers[1]));
    }

    /// <summary>Gives the server its second address, if there is a cable.</summary>
    public static async Task PrepareAsync(Arguments arguments)
    {
        await RunAsync(arguments.Cable?.Add(s_sideOnCable));
    }

    public Task CutDataAsync() => RunAsync(_cable?.CutBothWays(Cable.ServerAddress));

    public Task CutSideAsync()
    {
        _relay?.Cut();
        return RunAsync(_cable?.CutBothWays(s_sideOnCable));
    }

    public Task RejoinSideAsync()
    {
        if (_relay is not null)
        {
            (_relay.ToServer.IsCut, _relay.ToClient.IsCut) = (false, false);
        }

        return RunAsync(_cable?.RejoinBothWays(s_sideOnCable));
    }

    public ValueTask DisposeAsync() => _relay?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task RunAsync(IEnumerable<string>? commands)
    {
        foreach (string command in commands ?? [])
        {
            await Ip.RunAsync(command);
        }
    }
}
