using System.Net;
using Liveness.KeepAlive;
using Liveness.SideChannel;
using Liveness.Testing;
using Liveness.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests;

/// <summary>
/// One round after the other, whatever comes meanwhile: all judgements of a round are made before the first loss is told, and its losses
/// are told together.
/// </summary>
public sealed class WatchRoundTests
{
    private const int Count = 40;
    private const int Middle = Count / 2;
    private const int Later = 3;

    private static readonly IPAddress s_peer = IPAddress.Parse("192.0.2.7");

    private static readonly TimeSpan s_detectWithin = TimeSpan.FromSeconds(5);

    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly ToldSockets _sockets = new();
    private readonly Owner _owner = new();
    private readonly WatchSet _set;
    private readonly SideSession _session;
    private readonly List<SideWatch> _connections = [];
    private Action? _whileJudging;
    private PauseLedger _pauses = PauseLedger.Empty;

    /// <summary>
    /// All are known by key alone, but for the one in the middle: its kernel is asked, and then the round is half through.
    /// </summary>
    public WatchRoundTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        _set = new WatchSet(s_detectWithin, witness: true, _clock, NullLogger.Instance, _owner, sockets: _sockets, pauses: _ => _pauses);
        _session = new SideSession(isAcceptingEnd: false, new IPEndPoint(s_peer, 7001), _set.Scheduling.Now);
        _set.Change(_session, changed => changed.Ready(new ToldSideLink(s_peer)));
        for (int id = 0; id < Count + Later; id++)
        {
            ConnectionTuple tuple = SideTuples.Of("192.0.2.1", 40_000 + id, s_peer.ToString(), 443);
            _connections.Add(id == Middle
                ? _set.Add(_sockets.Add(tuple, Kernel), keyHash: null, _session, (ulong)id)
                : _set.Add(socket: null, SideKey.Hash(new byte[16]), _session, (ulong)id));
            Hear(id, SideAnswer.Watched);
        }

        _queue.RunAll();
    }

    [Fact]
    public void What_another_thread_files_while_a_round_judges_waits_until_that_round_is_told()
    {
        int lost = -1;
        _whileJudging = () =>
        {
            lost = _connections.Count(connection => connection.Monitor.Loss is not null);
            OnAnotherThread(FileLater);

            // As another thread of the pool would.
            _queue.RunAll();
        };
        FileAll();

        _queue.RunOne();

        lost.Should().Be(0, "half of the round is still to be judged");
        _owner.Batches.Should().Equal([Count - 1, Later], "one thread has done it all");
    }

    [Fact]
    public void What_another_thread_files_while_losses_are_told_is_a_round_of_its_own_on_the_same_thread()
    {
        _owner.WhileTelling = () =>
        {
            OnAnotherThread(FileLater);
            _queue.RunAll();
            _connections[^1].Monitor.Loss.Should().BeNull("the round before is not over");
        };
        FileAll();

        _queue.RunOne();

        _owner.Batches.Should().Equal([Count - 1, Later], "one thread has done it all");
    }

    [Fact]
    public void A_round_loses_all_or_none_for_a_silence_though_a_pause_of_ours_is_found_in_the_middle_of_it()
    {
        SilenceSide();
        _clock.Advance(s_detectWithin - TimeSpan.FromSeconds(1));
        _queue.RunAll();
        _owner.Batches.Should().BeEmpty();

        // It is over the bound when the judging begins, and would not be in the middle of it.
        _clock.Advance(TimeSpan.FromSeconds(1));
        _whileJudging = () => _pauses = _pauses.Add(_set.Scheduling.Now - TimeSpan.FromSeconds(2), _set.Scheduling.Now);
        _queue.RunAll();

        _owner.Batches.Should().Equal([Count + Later - 1], "the one in the middle has a witness that lives");
    }

    [Fact]
    public void After_a_round_the_next_one_is_posted_anew()
    {
        FileAll();
        _queue.RunAll();
        FileLater();
        _queue.Count.Should().Be(1);
        _queue.RunAll();

        _owner.Batches.Should().Equal(Count - 1, Later);
    }

    /// <summary>Nothing comes on it any more, and nobody answers at the peer's address.</summary>
    private void SilenceSide()
    {
        _set.Change(_session, changed =>
        {
            changed.Ended(_set.Scheduling.Now, loss: null);
            changed.BeginProbe(default);
            changed.EndProbe(default, answered: false);
            changed.BeginProbe(ConnectionTuple.AddressOf(s_peer));
            changed.EndProbe(ConnectionTuple.AddressOf(s_peer), answered: false);
        });
        _queue.RunAll();
    }

    private static void OnAnotherThread(Action action) => AnotherThread.Does(action, "who hears the peer waits for no look at a socket");

    /// <summary>The peer has none of the first ones any more, but for the one in the middle.</summary>
    private void FileAll()
    {
        for (int id = 0; id < Count; id++)
        {
            Hear(id, id == Middle ? SideAnswer.Watched : SideAnswer.Gone);
        }
    }

    private void FileLater()
    {
        for (int id = Count; id < Count + Later; id++)
        {
            Hear(id, SideAnswer.Gone);
        }
    }

    private void Hear(int id, SideAnswer answer) =>
        _set.TakeAnswer(_session, new AnswerMessage((ulong)id, answer, AnswerMessage.Unknown, AnswerMessage.Unknown));

    private TcpInfoSnapshot? Kernel()
    {
        Action? then = _whileJudging;
        _whileJudging = null;
        then?.Invoke();
        return ToldSockets.Fresh;
    }

    private sealed class Owner : IWatchSetOwner
    {
        public List<int> Batches { get; } = [];

        /// <summary>Called once, with the next losses.</summary>
        public Action? WhileTelling { get; set; }

        public void StartConnectProbe(SideSession session, SideWatch example)
        {
        }

        public void OnStopped(SideWatch connection)
        {
        }

        public void OnLost(IReadOnlyList<SideWatch> connections)
        {
            Action? then = WhileTelling;
            WhileTelling = null;
            then?.Invoke();
            Batches.Add(connections.Count);
        }
    }
}
