using Liveness.ProtocolPing;

namespace Liveness.Tests.ProtocolPing;

public sealed class ProtocolHeartbeatAllocationTests
{
    /// <summary>From the wake-up to the answer; the clock's own timer and queue cost nothing here.</summary>
    [Fact]
    public void An_answered_ping_allocates_nothing_in_steady_state()
    {
        QuietClock clock = new();
        ManualSending sending = new();
        int pings = 0;
        ProtocolHeartbeat heartbeat = new(
            _ =>
            {
                pings++;
                return sending.Begin();
            },
            new ProtocolHeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(12), TimeProvider = clock });

        long allocated = 0;
        for (int i = 1; i <= 50; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            clock.Advance(TimeSpan.FromSeconds(4.1));
            clock.Work.RunAll();
            sending.End();
            heartbeat.ReportReceived(7);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            pings.Should().Be(i);
        }

        allocated.Should().Be(0);
        heartbeat.Monitor.State.Should().Be(LivenessState.Alive);
    }

    /// <summary>One timer, fired by each advance.</summary>
    private sealed class QuietClock : TimeProvider, IWorkQueueSource, ITimer
    {
        private long _now = TimeSpan.FromHours(1).Ticks;
        private TimerCallback? _callback;
        private object? _state;

        public ManualWorkQueue Work { get; } = new();

        WorkQueue IWorkQueueSource.WorkQueue => Work;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan span)
        {
            _now += span.Ticks;
            _callback!(_state);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            _state = state;
            return this;
        }

        bool ITimer.Change(TimeSpan dueTime, TimeSpan period) => true;

        void IDisposable.Dispose()
        {
        }

        ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
    }
}
