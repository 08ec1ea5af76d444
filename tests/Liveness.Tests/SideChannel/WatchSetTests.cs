using System.Net;
using System.Runtime.CompilerServices;
using Liveness.SideChannel;
using Liveness.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests;

/// <summary>Who is judged when, and what is told together; the connections are known by key alone, so that no kernel has a say.</summary>
public sealed class WatchSetTests
{
    private const int Count = 40;

    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(4);
    private static readonly IPEndPoint s_peer = new(IPAddress.Parse("192.0.2.1"), 7);
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
    public void What_one_silence_ends_is_told_as_one_batch_however_late_the_pool_comes_to_it()
    {
        SideSession session = Watched(isAcceptingEnd: true);
        _set.Change(session, changed => changed.Silent(_set.Scheduling.Now));
        Pass(s_bound * 1.9);

        // The scheduler's thread goes on looking, a few connections a tick, while nothing is carried out.
        for (TimeSpan passed = TimeSpan.Zero; passed < s_bound * 0.2; passed += s_step)
        {
            _clock.Advance(s_step);
        }

        _queue.RunAll();

        _owner.Batches.Should().Equal(Count);
    }

    [Fact]
    public void An_accepting_end_waits_on_while_somebody_from_the_peers_address_tries_to_rebuild()
    {
        SideSession session = Watched(isAcceptingEnd: true, s_peer);
        _set.Change(session, changed => changed.Silent(_set.Scheduling.Now));
        Pass(s_bound);
        SideSession[] arrivedFor = _set.NoteArrival(s_peer.Address);
        Pass(s_bound * 3);
        _owner.Batches.Should().BeEmpty("it is at the door");

        _set.NoteDeparture(arrivedFor, s_peer.Address, opened: false);
        Pass(TimeSpan.FromSeconds(59.5));
        _owner.Batches.Should().BeEmpty("it has just left, and may come again: it pauses for half a minute at most");
        Pass(TimeSpan.FromSeconds(1));

        _owner.Batches.Should().Equal(Count);
    }

    [Fact]
    public void Who_comes_from_elsewhere_or_turns_out_to_be_another_vouches_for_nobody()
    {
        SideSession session = Watched(isAcceptingEnd: true, s_peer);
        _set.Change(session, changed => changed.Silent(_set.Scheduling.Now));
        Pass(s_bound);
        _set.NoteArrival(IPAddress.Parse("192.0.2.2")).Should().BeEmpty();
        _set.NoteDeparture(_set.NoteArrival(s_peer.Address), s_peer.Address, opened: true);

        Pass(s_bound * 1.1);

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

    [Fact]
    public void A_watch_that_overlaps_the_disposal_is_refused_and_not_forgotten()
    {
        _set.Close();
        Action watching = () => _set.Add(socket: null, SideKey.Hash(new byte[16]), session: null, 1);

        watching.Should().Throw<ObjectDisposedException>();
        _set.Count.Should().Be(0);
    }

    [Fact]
    public void A_connection_that_is_no_longer_watched_is_bound_to_nobody()
    {
        SideWatch connection = _set.Add(socket: null, SideKey.Hash(new byte[16]), session: null, 1);
        SideSession session = new(isAcceptingEnd: true, remote: null, _set.Scheduling.Now);
        _set.Stop(connection, UnwatchReason.NoLongerWatched);

        _set.Bind(connection, session, 7);

        session.Watches.Should().BeEmpty();
    }

    [Fact]
    public void One_watch_is_told_once_over_one_side_connection()
    {
        SideLink first = (SideLink)RuntimeHelpers.GetUninitializedObject(typeof(SideLink));
        SideLink second = (SideLink)RuntimeHelpers.GetUninitializedObject(typeof(SideLink));
        SideWatch connection = _set.Add(socket: null, SideKey.Hash(new byte[16]), session: null, 1);

        (_set.Claim(connection, first), _set.Claim(connection, first), _set.Claim(connection, second)).Should().Be((true, false, true));
        _set.Stop(connection, UnwatchReason.NoLongerWatched);
        _set.Claim(connection, first).Should().BeFalse("it is no longer watched");
    }

    [Fact]
    public void A_client_that_has_said_goodbye_takes_no_connection_with_it()
    {
        SideSession session = Watched(isAcceptingEnd: true);
        _set.Change(session, changed => changed.Ended(_set.Scheduling.Now, loss: null));
        _set.Release(session);

        Pass(s_bound * 3);

        (_owner.Batches.Count, _set.Count, session.Watches.Count).Should().Be((0, Count, 0));
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

    private SideSession Watched(bool isAcceptingEnd, IPEndPoint? remote = null)
    {
        SideSession session = new(isAcceptingEnd, remote, _set.Scheduling.Now);
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

        public void StartConnectProbe(SideSession session, SideWatch example)
        {
        }

        public void OnStopped(SideWatch connection)
        {
        }

        public void OnLost(IReadOnlyList<SideWatch> connections) => Batches.Add(connections.Count);
    }
}
