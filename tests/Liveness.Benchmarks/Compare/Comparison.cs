using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Liveness.Benchmarks;

/// <summary>All stacks side by side in one run: every round measures every cell of every stack, each time in another order.</summary>
internal sealed class Comparison
{
    private static readonly TimeSpan s_shortWarmUp = TimeSpan.FromMilliseconds(100);

    private readonly ComparisonSettings _settings;
    private readonly Connection[] _connections;
    private readonly (ICell Cell, CellResults Results)[] _cells;

    private Comparison(ComparisonSettings settings, Connection[] connections)
    {
        _settings = settings;
        _connections = connections;
        IEnumerable<ICell> transfers = settings.Sizes.SelectMany(size => new ICell[] { new ThroughputCell(size, fromClient: true), new ThroughputCell(size, fromClient: false) });
        _cells = [.. transfers.Concat(settings.RoundTrips.Select(size => new RoundTripCell(size))).Select(cell => (cell, new CellResults()))];
    }

    public static async Task RunAsync(ComparisonSettings settings)
    {
        Machine.RefuseUnlessOptimized();
        using X509Certificate2? certificate = settings.Tls ? Certificate.Create() : null;
        IStack[] stacks =
        [
            new RawStack(settings.Kestrel ? "Kestrel" : settings.Tls ? "SslStream" : "NetworkStream"),
            new WebSocketStack(keepAliveInterval: TimeSpan.FromSeconds(1), keepAliveTimeout: TimeSpan.FromSeconds(10)),
            new HeartbeatStack(),
        ];
        List<Connection> connections = [];
        foreach (IStack stack in stacks)
        {
            connections.Add(settings.Kestrel ? await KestrelEndpoint.ConnectAsync(stack) : await Connection.OpenAsync(stack, certificate));
        }

        Comparison comparison = new(settings, [.. connections]);
        comparison.Introduce(Console.Out);
        await comparison.WarmUpAsync();
        comparison.DescribeWindows(Console.Out, "after the warm-up");
        for (int round = 0; round < settings.Rounds; round++)
        {
            await comparison.RoundAsync(round);
        }

        comparison.DescribeWindows(Console.Out, "at the end");
        ResultFile results = new(settings.Kestrel ? "compare --kestrel" : settings.Tls ? "compare --tls" : "compare", settings.Json, connections[0].Transport.CongestionControlInForce);
        new ComparisonReport([.. stacks.Select(stack => stack.Name)], settings.Tls, comparison._cells, results).WriteTo(Console.Out);
        results.Close(Console.Out);
        foreach (Connection connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    private void Introduce(TextWriter writer)
    {
        Machine.Describe(writer);
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"- TCP over loopback, NoDelay, congestion control in force: {string.Join(", ", _connections.Select(connection => $"{connection.Stack.Name} {connection.Transport.CongestionControlInForce}"))}; TLS: {_connections[0].Transport.Protection}"));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"- {_settings.Rounds} rounds, {_settings.Duration.TotalSeconds} s a cell, warm-up {_settings.WarmUp.TotalSeconds} s each way; one connection a stack for the whole run"));
    }

    private void DescribeWindows(TextWriter writer, string when)
    {
        foreach (Connection connection in _connections.Where(connection => connection.Server.ReceiveWindow is not null))
        {
            writer.WriteLine($"- receive window of {connection.Stack.Name} {when}: server {ByteSize.Text(connection.Server.ReceiveWindow ?? 0)}, client {ByteSize.Text(connection.Client.ReceiveWindow ?? 0)}");
        }
    }

    /// <summary>Until windows have grown and hot code is compiled for good.</summary>
    private async Task WarmUpAsync()
    {
        CellResults unused = new();
        foreach (Connection connection in _connections)
        {
            foreach (bool fromClient in (bool[])[true, false])
            {
                await new ThroughputCell(1 << 20, fromClient).MeasureAsync(connection, _settings.WarmUp, unused);
            }
        }

        for (int pass = 0; pass < 2; pass++)
        {
            foreach ((ICell cell, _) in _cells)
            {
                foreach (Connection connection in _connections)
                {
                    await cell.MeasureAsync(connection, s_shortWarmUp, unused);
                }
            }
        }
    }

    private async Task RoundAsync(int round)
    {
        for (int i = 0; i < _cells.Length; i++)
        {
            (ICell cell, CellResults results) = _cells[i];
            for (int turn = 0; turn < _connections.Length * cell.Slices; turn++)
            {
                // The first of each slice moves on, so that nobody always follows the same other.
                int slice = turn / _connections.Length;
                Connection connection = _connections[(turn + slice + round + i) % _connections.Length];
                await cell.MeasureAsync(connection, _settings.Duration / cell.Slices, results);
            }
        }
    }
}
