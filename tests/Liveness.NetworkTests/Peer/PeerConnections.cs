using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Liveness.NetworkTests.Peer;

/// <summary>All connections of one end; every command is for all of them.</summary>
internal sealed class PeerConnections(PeerOptions options, Reporter reporter)
{
    private const int Blockers = 300;

    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(10);

    private readonly IPEndPoint _endpoint = new(IPAddress.Parse(options.Address), options.Port);
    private readonly Lock _lock = new();
    private PeerConnection[] _all = [];

    public void Start()
    {
        if (options.Role == PeerRole.Server)
        {
            Socket listener = new(_endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            CongestionControl.UseCubic(listener);
            listener.Bind(_endpoint);
            listener.Listen(512);
            _ = AcceptAsync(listener);
        }

        new Thread(Look) { IsBackground = true, Name = "sampler" }.Start();
    }

    public void Obey(string[] command)
    {
        switch (command)
        {
            case ["connect"]:
                for (int i = 0; i < options.Connections; i++)
                {
                    _ = ConnectAsync();
                }

                break;
            case ["send", var bytes]:
                ForEach(connection => _ = connection.SendAsync(long.Parse(bytes, CultureInfo.InvariantCulture)));
                break;
            case ["trickle", var bytes, var milliseconds]:
                ForEach(connection => _ = connection.TrickleAsync(long.Parse(bytes, CultureInfo.InvariantCulture), Milliseconds(milliseconds)));
                break;
            case ["read", var onOff]:
                ForEach(connection => connection.Reads(onOff == "on"));
                break;
            case ["detect", var milliseconds]:
                ForEach(connection => connection.ChangeDetectWithin(Milliseconds(milliseconds)));
                break;
            case ["block", var milliseconds]:
                BlockPool(Milliseconds(milliseconds));
                break;
            case ["close"]:
                ForEach(connection => _ = connection.CloseAsync());
                break;
            case ["status"]:
                ForEach(connection => reporter.Report(new PeerEvent(PeerEventKind.Status, connection.Number) { Status = connection.Status }));
                break;
            default:
                throw new ArgumentException($"No such command: {string.Join(' ', command)}", nameof(command));
        }
    }

    private static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(long.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>More sleepers than the pool adds threads for in that time, so that whatever is queued behind them waits.</summary>
    private static void BlockPool(TimeSpan time)
    {
        long begun = Stopwatch.GetTimestamp();
        for (int i = 0; i < Blockers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    if (time - Stopwatch.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
                    {
                        Thread.Sleep(left);
                    }
                },
                null);
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Open(await listener.AcceptAsync());
        }
    }

    private async Task ConnectAsync()
    {
        Socket socket = new(_endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        CongestionControl.UseCubic(socket);
        await socket.ConnectAsync(_endpoint);
        Open(socket);
    }

    private void Open(Socket socket)
    {
        PeerConnection connection;
        lock (_lock)
        {
            connection = new PeerConnection(_all.Length, socket, options, reporter);
            _all = [.. _all, connection];
        }

        _ = connection.RunAsync();
    }

    private void ForEach(Action<PeerConnection> act) => Array.ForEach(_all, act);

    private void Look()
    {
        while (true)
        {
            ForEach(connection => connection.Look());
            Thread.Sleep(s_lookEvery);
        }
    }
}
