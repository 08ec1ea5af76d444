using System.Net.Sockets;
using Liveness.Testing;

namespace Liveness.Tests.Testing;

/// <summary>A link on one thread: time and continuations move when the test says so.</summary>
public abstract class InMemoryLinkHarness
{
    protected InMemoryLinkHarness()
    {
        Clock = new ManualTimeProvider { WorkQueue = Queue };
        Link = InMemoryLink.Create(Clock);
    }

    protected ManualTimeProvider Clock { get; }

    protected InMemoryLink Link { get; }

    private protected ManualWorkQueue Queue { get; } = new();

    protected static byte[] Read(Stream stream)
    {
        byte[] buffer = new byte[1_000];
        ValueTask<int> read = stream.ReadAsync(buffer);
        read.IsCompleted.Should().BeTrue();
        return buffer[..read.AsTask().GetAwaiter().GetResult()];
    }

    protected static int Result(Task<int> task)
    {
        task.IsCompleted.Should().BeTrue();
        return task.GetAwaiter().GetResult();
    }

    protected static SocketError? ErrorOf(Task task)
    {
        task.IsCompleted.Should().BeTrue();
        return (task.Exception?.InnerException?.InnerException as SocketException)?.SocketErrorCode;
    }

    protected void Advance(int milliseconds)
    {
        // Event by event, so that what an arrival wakes runs at its own time.
        DateTimeOffset end = Clock.GetUtcNow() + TimeSpan.FromMilliseconds(milliseconds);
        while (Clock.NextTimerDue is { } due && due <= end)
        {
            Clock.AdvanceTo(due);
            Queue.RunAll();
        }

        Clock.AdvanceTo(end);
        Queue.RunAll();
    }
}
