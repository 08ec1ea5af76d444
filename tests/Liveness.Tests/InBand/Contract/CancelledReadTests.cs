using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>A read that has ended, however, never touches its buffer again, and what it did not return comes out of the next one.</summary>
public sealed class CancelledReadTests
{
    private const int MostSteps = 30;

    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    /// <summary>At every step of what happens between a write and its arrival.</summary>
    [Theory]
    [InlineData("stream", 10, 3)]
    [InlineData("stream", 60_000, 50_000)]
    [InlineData("socket", 10, 3)]
    [InlineData("socket", 60_000, 50_000)]
    [InlineData("socket", 60_000, 20_000)]
    [InlineData("TLS", 10, 3)]
    [InlineData("TLS", 60_000, 50_000)]
    [InlineData("TLS", 60_000, 20_000)]
    public void Cancelled_at_any_step_it_leaves_its_buffer_alone_and_loses_nothing(string transport, int bufferSize, int written)
    {
        for (int steps = 0; steps < MostSteps; steps++)
        {
            using Ends ends = new(transport);
            using CancellationTokenSource cancel = new();
            byte[] data = Bytes(written);
            byte[] buffer = new byte[bufferSize];
            Task<int> read = ends.Server.ReadAsync(buffer, cancel.Token).AsTask();
            Task write = ends.Client.WriteAsync(data).AsTask();
            ends.RunSteps(steps);
            cancel.Cancel();
            ends.Fixture.Run();

            List<byte> got = [];
            if (read.IsCompletedSuccessfully)
            {
                got.AddRange(buffer[..ends.Fixture.Result(read)]);
            }
            else
            {
                read.IsCanceled.Should().BeTrue();
            }

            buffer.AsSpan().Fill(PoisoningPool.Poison);
            while (got.Count < written)
            {
                byte[] next = new byte[bufferSize];
                got.AddRange(next[..ends.Fixture.Result(ends.Server.ReadAsync(next))]);
            }

            ends.Fixture.Result(write);
            got.Should().Equal(data, "it was cancelled after {0} steps", steps);
            CheckPoison(buffer, steps);
        }
    }

    /// <summary>The buffer is checked while the peer goes on to send.</summary>
    [Theory]
    [InlineData("stream", "cancel")]
    [InlineData("stream", "loss")]
    [InlineData("stream", "dispose")]
    [InlineData("socket", "cancel")]
    [InlineData("TLS", "cancel")]
    [InlineData("socket", "loss")]
    [InlineData("TLS", "loss")]
    [InlineData("socket", "dispose")]
    [InlineData("TLS", "dispose")]
    public void Ended_at_any_step_it_leaves_its_buffer_alone_while_more_arrives(string transport, string end)
    {
        for (int steps = 0; steps < MostSteps; steps++)
        {
            using Ends ends = new(transport);
            using CancellationTokenSource cancel = new();
            byte[] buffer = new byte[40_000];
            Task<int> read = ends.Server.ReadAsync(buffer, cancel.Token).AsTask();
            _ = ends.Client.WriteAsync(Bytes(60_000)).AsTask();
            ends.RunSteps(steps);

            Task ended = End(end, ends, cancel);
            while (!read.IsCompleted && ends.Fixture.Queue.RunOne())
            {
            }

            read.IsCompleted.Should().BeTrue("{0} ends it", end);
            buffer.AsSpan().Fill(PoisoningPool.Poison);
            ends.Fixture.Run();
            _ = ends.Client.WriteAsync(Bytes(60_000)).AsTask();
            ends.Fixture.Advance(s_long);

            ended.IsCompleted.Should().BeTrue();
            CheckPoison(buffer, steps);
        }
    }

    [Theory]
    [InlineData("socket")]
    [InlineData("TLS")]
    public void Bytes_that_a_cancelled_read_left_are_read_in_order_by_reads_of_any_size(string transport)
    {
        using Ends ends = new(transport);
        byte[] data = Bytes(200_000);
        Task write = ends.Client.WriteAsync(data).AsTask();
        Random random = new(1);
        List<byte> got = [];
        BuriedBuffers buried = new();
        while (got.Count < data.Length)
        {
            using CancellationTokenSource cancel = new();
            byte[] buffer = new byte[random.Next(1, 20_000)];
            Task<int> read = ends.Server.ReadAsync(buffer, cancel.Token).AsTask();
            ends.RunSteps(random.Next(5));
            cancel.Cancel();
            while (!read.IsCompleted && ends.Fixture.Queue.RunOne())
            {
            }

            got.AddRange(read.IsCanceled ? [] : buffer[..ends.Fixture.Result(read)]);
            buried.Bury(buffer);
        }

        ends.Fixture.Result(write);
        got.Should().Equal(data);
        buried.Check();
    }

    private static Task End(string end, Ends ends, CancellationTokenSource cancel)
    {
        switch (end)
        {
            case "cancel":
                cancel.Cancel();
                return Task.CompletedTask;
            case "loss":
                ends.Fixture.Link.Reset();
                return ends.Server.Monitor.Completion;
            default:
                return ends.Server.DisposeAsync().AsTask();
        }
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(value => (byte)(value % 199))];

    private static void CheckPoison(byte[] buffer, int steps) =>
        buffer.AsSpan().IndexOfAnyExcept(PoisoningPool.Poison).Should().Be(-1, "the read had ended after {0} steps", steps);

    /// <summary>Two ends whose handshake is through, on one thread.</summary>
    private sealed class Ends : IDisposable
    {
        private readonly IDisposable _owned;

        public Ends(string transport)
        {
            if (transport == "TLS")
            {
                TlsRig rig = new();
                Fixture = rig.Fixture;
                _owned = rig;
                (Client, Server) = rig.Open(options: null, new PoisoningPool());
                return;
            }

            Fixture = new StreamFixture();
            _owned = Fixture;
            Client = New(Fixture.Link.Client, transport == "socket", 1);
            Server = New(Fixture.Link.Server, transport == "socket", 2);
            Task[] started = [Client.StartAsync(), Server.StartAsync()];
            Array.ForEach(started, Fixture.Result);
        }

        public StreamFixture Fixture { get; }

        public HeartbeatStream Client { get; }

        public HeartbeatStream Server { get; }

        public void RunSteps(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                Fixture.Queue.RunOne();
            }
        }

        public void Dispose() => _owned.Dispose();

        private HeartbeatStream New(Stream end, bool isSocket, int id)
        {
            Transport transport = isSocket ? new SocketLikeTransport(end) : Transport.Over(end, leaveOpen: false, InMemoryLink.Abort);
            return new HeartbeatStream(transport, Fixture.With(), new UInt128(0, (ulong)id), new PoisoningPool());
        }
    }
}
