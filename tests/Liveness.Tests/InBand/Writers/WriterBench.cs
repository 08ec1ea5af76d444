using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>A stream that several write to: what each has written, in the order of the calls, and what arrives at the other end.</summary>
internal sealed class WriterBench : IDisposable
{
    private readonly List<byte[]> _written = [];
    private readonly MemoryStream _arrived = new();

    /// <param name="socketLike">Its writers may send themselves.</param>
    /// <param name="start">Whether both ends begin, and the handshake is through.</param>
    public WriterBench(bool socketLike, bool start = true)
    {
        Client = New(Fixture.Link.Client, socketLike, 1);
        Server = New(Fixture.Link.Server, socketLike, 2);
        if (start)
        {
            Task[] started = [Client.StartAsync(), Server.StartAsync()];
            Array.ForEach(started, Fixture.Result);
        }
    }

    /// <summary>More than the peer takes before it reads.</summary>
    public static int Large => 300_000;

    public static TimeSpan Long { get; } = TimeSpan.FromMinutes(1);

    public StreamFixture Fixture { get; } = new();

    public HeartbeatStream Client { get; }

    public HeartbeatStream Server { get; }

    public IReadOnlyList<byte[]> Written => _written;

    public byte[] Arrived => _arrived.ToArray();

    /// <summary>Writes bytes that no other write has.</summary>
    public Task Write(int length, CancellationToken cancellationToken = default)
    {
        byte[] bytes = new byte[length];
        new Random(_written.Count).NextBytes(bytes);
        _written.Add(bytes);
        return Client.WriteAsync(bytes, cancellationToken).AsTask();
    }

    /// <summary>The first has begun, and none can be through before the peer reads.</summary>
    public Task[] WriteAndWait(params int[] lengths)
    {
        Task[] writes = [.. lengths.Select(length => Write(length))];
        Fixture.Run();
        writes.Should().OnlyContain(write => !write.IsCompleted);
        return writes;
    }

    /// <summary>The peer begins to read, and goes on until the end.</summary>
    public Task Drain() => Server.CopyToAsync(_arrived);

    /// <summary>What the peer should have got where the writes said were left out.</summary>
    public byte[] WrittenBut(params int[] without) => [.. _written.Where((_, i) => !without.Contains(i)).SelectMany(bytes => bytes)];

    public void Dispose()
    {
        Fixture.Dispose();
        _arrived.Dispose();
    }

    private HeartbeatStream New(Stream end, bool socketLike, int id)
    {
        Transport transport = socketLike ? new SocketLikeTransport(end) : Transport.Over(end, leaveOpen: false, InMemoryLink.Abort);
        return new HeartbeatStream(transport, Fixture.With(), new UInt128(0, (ulong)id), new PoisoningPool());
    }
}
