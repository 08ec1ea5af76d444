using System.Runtime.CompilerServices;
using Liveness.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests;

/// <summary>Who is judged when, and what is told together; the connections are known by key alone, so that no kernel has a say.</summary>
public sealed class WatchSetTests
{
    private const int Count = 40;

    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);

    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly Owner _owner = new();
    private readonly WatchSet _set;

    public WatchSetTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        _set = new WatchSet(s_bound, witness: false, _clock, NullLogger.Instance, _owner);
    }

    [Fact]
    public void An_accepting_end_that_waits_in_vain_for_a_rebuild_tells_all_its_losses_together()
    {
        SideSession session = Watched(isAcceptingEnd: true);
        _set.Change(session, changed => changed.Silent(_set.Scheduling.Now));

        Pass(s_bound * 1.9);
        _owner.Batches.Should().BeEmpty();
        Pass(s_bound * 0.2);

        _owner.Batches.Should().Equal(Count);
    }

    [Fact]
    public void Answers_that_come_together_end_connections_together()
    {
        SideSession session = Watched(isAcceptingEnd: false);
        Answer(session, SideAnswer.Watched);
        Answer(session, SideAnswer.Gone);

        _owner.Batches.Should().Equal(Count);
        _set.Count.Should().Be(0);
    }

    [Fact]
    public void A_side_connection_that_has_ended_and_vouched_for_nothing_is_forgotten()
    {
        WeakReference ended = Ended();
        Pass(TimeSpan.FromSeconds(1));
        GC.Collect();
        GC.WaitForPendingFinalizers();

        ended.IsAlive.Should().BeFalse();
        GC.KeepAlive(_set);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Ended()
    {
        SideSession session = new(isAcceptingEnd: true, remote: null, _set.Scheduling.Now);
        _set.Change(session, changed => changed.Heard());
        _set.Change(session, changed => changed.Ended(_set.Scheduling.Now, loss: null));
        _queue.RunAll();
        return new WeakReference(session);
    }

    private SideSession Watched(bool isAcceptingEnd)
    {
        SideSession session = new(isAcceptingEnd, remote: null, _set.Scheduling.Now);
        for (ulong id = 1; id <= Count; id++)
        {
            _set.Add(socket: null, SideKey.Hash(new byte[16]), session, id);
        }

        _set.Change(session, changed => changed.Heard());
        Pass(TimeSpan.FromSeconds(1));
        return session;
    }

    private void Answer(SideSession session, SideAnswer answer)
    {
        for (ulong id = 1; id <= Count; id++)
        {
            _set.TakeAnswer(session, new AnswerMessage(id, answer, AnswerMessage.Unknown, AnswerMessage.Unknown));
        }

        _queue.RunAll();
    }

    private void Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += s_step)
        {
            _clock.Advance(s_step);
            _queue.RunAll();
        }
    }

    private sealed class Owner : IWatchSetOwner
    {
        public List<int> Batches { get; } = [];

        public void StartConnectProbe(SideSession session, WatchedConnection example)
        {
        }

        public void OnStopped(WatchedConnection connection)
        {
        }

        public void OnLost(IReadOnlyList<WatchedConnection> connections) => Batches.Add(connections.Count);
    }
}
