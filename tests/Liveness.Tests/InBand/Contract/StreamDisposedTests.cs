namespace Liveness.Tests.InBand;

/// <summary>After a local dispose every member that would do something says so.</summary>
public sealed class StreamDisposedTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, Func<HeartbeatStream, Task>> s_members = new()
    {
        ["ReadAsync(Memory)"] = stream => stream.ReadAsync(new byte[1].AsMemory()).AsTask(),
        ["ReadAsync(empty)"] = stream => stream.ReadAsync(Memory<byte>.Empty).AsTask(),
        ["ReadAsync(array)"] = stream => stream.ReadAsync(new byte[1], 0, 1),
        ["Read(array)"] = stream => Task.FromResult(stream.Read(new byte[1], 0, 1)),
        ["Read(Span)"] = stream => Task.FromResult(stream.Read(new byte[1].AsSpan())),
        ["ReadByte"] = stream => Do(() => stream.ReadByte()),
        ["BeginRead"] = stream => Do(() => stream.EndRead(stream.BeginRead(new byte[1], 0, 1, null, null))),
        ["ReadExactly"] = stream => Do(() => stream.ReadExactly(new byte[1])),
        ["ReadExactlyAsync"] = stream => stream.ReadExactlyAsync(new byte[1]).AsTask(),
        ["ReadAtLeast"] = stream => Do(() => stream.ReadAtLeast(new byte[1], 1)),
        ["ReadAtLeastAsync"] = stream => stream.ReadAtLeastAsync(new byte[1], 1).AsTask(),
        ["CopyTo"] = stream => Do(() => stream.CopyTo(Stream.Null)),
        ["CopyToAsync"] = stream => stream.CopyToAsync(Stream.Null),
        ["WriteAsync(Memory)"] = stream => stream.WriteAsync(new byte[1].AsMemory()).AsTask(),
        ["WriteAsync(empty)"] = stream => stream.WriteAsync(ReadOnlyMemory<byte>.Empty).AsTask(),
        ["WriteAsync(array)"] = stream => stream.WriteAsync(new byte[1], 0, 1),
        ["Write(array)"] = stream => Do(() => stream.Write(new byte[1], 0, 1)),
        ["Write(Span)"] = stream => Do(() => stream.Write(new byte[1].AsSpan())),
        ["WriteByte"] = stream => Do(() => stream.WriteByte(1)),
        ["BeginWrite"] = stream => Do(() => stream.EndWrite(stream.BeginWrite(new byte[1], 0, 1, null, null))),
        ["Flush"] = stream => Do(stream.Flush),
        ["FlushAsync"] = stream => stream.FlushAsync(),
        ["CompleteWrites"] = stream => Do(stream.CompleteWrites),
        ["StartAsync"] = stream => stream.StartAsync(),
        ["ChangeDetectWithin"] = stream => Do(() => stream.ChangeDetectWithin(StreamFixture.T)),
    };

    [Theory]
    [InlineData("never started")]
    [InlineData("connecting")]
    [InlineData("closing")]
    [InlineData("closed")]
    [InlineData("closed by both")]
    [InlineData("closed by the peer")]
    [InlineData("writes completed")]
    [InlineData("lost")]
    [InlineData("data unread")]
    [InlineData("read and write pending")]
    public void Everything_throws_ObjectDisposedException_whatever_the_state_was(string state)
    {
        using StreamFixture fixture = state is "never started" or "connecting" ? new StreamFixture() : StreamFixture.Opened();
        HeartbeatStream stream = fixture.Client;
        List<Task> pending = Bring(state, fixture);

        Task closing = stream.DisposeAsync().AsTask();
        if (state != "closing")
        {
            fixture.AdvanceUntil(closing, s_long);
        }

        foreach ((string name, Func<HeartbeatStream, Task> member) in s_members)
        {
            fixture.Invoking(it => it.Result(Call(member, stream))).Should().Throw<ObjectDisposedException>("{0} was called on a stream {1}", name, state);
        }

        pending.ForEach(task => fixture.Failure(task).Should().BeOfType<ObjectDisposedException>());
        fixture.AdvanceUntil(closing, s_long);
    }

    [Fact]
    public void Dispose_and_Close_may_be_called_again_and_in_any_order()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);
        fixture.Client.Dispose();
        fixture.Client.Close();
        fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);
    }

    private static List<Task> Bring(string state, StreamFixture fixture)
    {
        HeartbeatStream stream = fixture.Client;
        List<Task> pending = [];
        switch (state)
        {
            case "connecting":
                pending.Add(stream.StartAsync());
                pending.Add(stream.ReadAsync(new byte[1]).AsTask());
                break;
            case "closed by both" or "closed by the peer":
                Task closing = fixture.Server.DisposeAsync().AsTask();
                if (state == "closed by the peer")
                {
                    fixture.AdvanceUntil(closing, s_long);
                }

                break;
            case "writes completed":
                stream.CompleteWrites();
                break;
            case "lost":
                fixture.Link.Reset();
                fixture.AdvanceUntil(stream.Monitor.Completion, s_long);
                break;
            case "data unread":
                fixture.Result(fixture.Server.WriteAsync(new byte[10_000]));
                fixture.Run();
                break;
            case "read and write pending":
                pending.Add(stream.ReadAsync(new byte[1]).AsTask());
                pending.Add(stream.WriteAsync(new byte[8 << 20]).AsTask());
                fixture.Run();
                break;
        }

        return pending;
    }

    private static async Task Call(Func<HeartbeatStream, Task> member, HeartbeatStream stream) => await member(stream);

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
