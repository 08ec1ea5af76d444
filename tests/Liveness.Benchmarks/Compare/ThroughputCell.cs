namespace Liveness.Benchmarks;

/// <summary>Bulk transfer one way with writes of one size.</summary>
internal sealed class ThroughputCell : ICell
{
    /// <summary>A reader of small writes does not know how much there is.</summary>
    private const int SmallestReadBuffer = 64 * 1024;

    private static readonly TimeSpan s_safetyNet = TimeSpan.FromSeconds(60);

    private readonly byte[] _data;
    private readonly byte[] _buffer;

    public ThroughputCell(int size, bool fromClient)
    {
        Size = size;
        FromClient = fromClient;
        _data = new byte[size];
        new Random(size).NextBytes(_data);
        _buffer = new byte[Math.Max(size, SmallestReadBuffer)];
    }

    public int Size { get; }

    public bool FromClient { get; }

    public string Way => FromClient ? "client to server" : "server to client";

    public string Name => $"{Way}, {ByteSize.Text(Size)}";

    public int Slices => 1;

    public async Task MeasureAsync(Connection connection, TimeSpan duration, CellResults results)
    {
        (IEnd from, IEnd to) = FromClient ? (connection.Client, connection.Server) : (connection.Server, connection.Client);
        TransferResult result = await new Transfer(from, to, _data, _buffer, duration).RunAsync().WaitAsync(duration + s_safetyNet);
        string stack = connection.Stack.Name;
        results.Add(Metric.MegabytesPerSecond, stack, result.MegabytesPerSecond);
        results.Add(Metric.BytesAllocatedPerWrite, stack, result.Allocated.PerWrite);
        results.Add(Metric.BytesAllocatedPerRead, stack, result.Allocated.PerRead);
    }
}
