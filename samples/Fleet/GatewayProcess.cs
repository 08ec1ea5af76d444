using System.Diagnostics;
using System.Globalization;
using System.Net;
using CableLab;
using Liveness.Testing;

namespace Fleet;

/// <summary>A gateway, seen from the fleet: a second process of this same program, with a way of its own to the store.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly LoopbackRelay _way;

    private GatewayProcess(string name, Process process, LoopbackRelay way) => (Name, _process, _way) = (name, process, way);

    public string Name { get; }

    /// <summary>Where its devices connect.</summary>
    public int Port { get; private set; }

    public bool IsOpen { get; private set; }

    public static async Task<GatewayProcess> StartAsync(string name, Arguments fleet)
    {
        LoopbackRelay way = LoopbackRelay.Start(EndPointOf(fleet.Redis!));
        string store = $"127.0.0.1:{way.EndPoint.Port.ToString(CultureInfo.InvariantCulture)}";
        ProcessStartInfo start = OwnProgram.Start(CommandLine.ForGateway(fleet, name, store), space: null);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        Process process = Process.Start(start)!;
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        GatewayProcess gateway = new(name, process, way);
        string? port = await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
        gateway.Port = int.Parse(port ?? "", CultureInfo.InvariantCulture);
        gateway.IsOpen = true;
        return gateway;
    }

    /// <summary>As "kill -9" does.</summary>
    public async Task KillAsync()
    {
        IsOpen = false;
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>As a deployment does: it tells its devices, closes their connections, and leaves.</summary>
    public async Task StopAsync()
    {
        IsOpen = false;
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        await _process.WaitForExitAsync().WaitAsync(s_patience);
    }

    /// <summary>From now on nothing passes between this gateway and the store, and nobody is told.</summary>
    public void CutFromStore() => _way.Stall();

    /// <summary>What was on the way arrives late, as over any cable that is plugged in again.</summary>
    public void HealToStore() => _way.Resume();

    public async ValueTask DisposeAsync()
    {
        IsOpen = false;
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        await _way.DisposeAsync();
    }

    private static EndPoint EndPointOf(string address)
    {
        string[] parts = address.Split(':');
        int port = parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 6379;
        return IPAddress.TryParse(parts[0], out IPAddress? ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(parts[0], port);
    }
}
