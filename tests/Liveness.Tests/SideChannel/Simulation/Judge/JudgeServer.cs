using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>The accepting end: who asks for what, and what is answered.</summary>
internal sealed class JudgeServer(JudgeNet net, JudgeHost host, TimeSpan t, List<JudgeLoss> losses) : JudgeProcess(net, host, t, losses)
{
    private readonly Dictionary<JudgeSideEnd, SideSession> _sessions = [];
    private readonly Dictionary<(SideSession, ulong), Wanted> _wanted = [];
    private readonly Dictionary<ConnectionTuple, SideWatch> _byTuple = [];
    private readonly Dictionary<Bytes32, SideWatch> _byKey = [];
    private ulong _ids;

    /// <summary>Newcomers are turned away: strangers fill the hall.</summary>
    public bool DoorIsFull { get; set; }

    /// <summary>What its host's table says of a connection that nobody here watches.</summary>
    public required Func<ConnectionTuple, System.Net.NetworkInformation.TcpState?> Table { get; init; }

    public SideWatch Watch(JudgeConnection connection)
    {
        SideWatch watched = Set.Add(connection.ServerSocket, connection.Key, session: null, ++_ids);
        Known.Add(watched, connection);
        if (connection.Key is { } key)
        {
            _byKey[key] = watched;
        }
        else
        {
            _byTuple[watched.Entry.Tuple] = watched;
        }

        return watched;
    }

    public void Accept(JudgeSideEnd link)
    {
        SideSession session = new(isAcceptingEnd: true, link.Remote, Net.Now);
        link.Session = session;
        _sessions.Add(link, session);
        Set.Change(session, changed => changed.Ready(link));
        link.Begin();
    }

    public override void OnSideEnded(JudgeSideEnd link) => _sessions.Remove(link);

    public override void OnStopped(SideWatch connection)
    {
        if (connection.Entry.KeyHash is { } key)
        {
            _byKey.Remove(key.Value);
        }
        else
        {
            _byTuple.Remove(connection.Entry.Tuple);
        }
    }

    public override string? OnMessage(JudgeSideEnd link, SideMessageType type, ReadOnlySpan<byte> payload)
    {
        SideSession session = _sessions[link];
        switch (type)
        {
            case SideMessageType.Watch:
                WatchMessage watch = SideMessageDecoder.ReadWatch(payload);
                _wanted.Add((session, watch.Id), new Wanted(watch.Tuple.Swap(), null));
                Answer(link, session, watch.Id);
                break;
            case SideMessageType.WatchKey:
                WatchKeyMessage watchKey = SideMessageDecoder.ReadWatchKey(payload);
                _wanted.Add((session, watchKey.Id), new Wanted(default, new KeyHash(watchKey.KeyHash)));
                Answer(link, session, watchKey.Id);
                break;
            case SideMessageType.Ask:
                for (int i = 0; i < SideMessageDecoder.AskCount(payload); i++)
                {
                    Answer(link, session, SideMessageDecoder.AskId(payload, i));
                }

                break;
            case SideMessageType.Unwatch:
                UnwatchMessage unwatch = SideMessageDecoder.ReadUnwatch(payload);
                _wanted.Remove((session, unwatch.Id));
                if (unwatch.Reason != UnwatchReason.NoLongerWatched)
                {
                    Set.TakeUnwatch(session, unwatch);
                }
                else if (Set.Find(session, unwatch.Id) is { } connection)
                {
                    Set.Bind(connection, session: null, connection.Entry.Id);
                }

                break;
            case SideMessageType.Answer:
                Set.TakeAnswer(session, SideMessageDecoder.ReadAnswer(payload));
                break;
        }

        return null;
    }

    private void Answer(JudgeSideEnd link, SideSession session, ulong id)
    {
        Wanted? asked = _wanted.TryGetValue((session, id), out Wanted known) ? known : null;
        UInt128 source = ConnectionTuple.AddressOf(link.Remote!.Address);
        SideWatch? found = asked is not { } wanted ? null
            : wanted.KeyHash is { } key ? _byKey.GetValueOrDefault(key.Value)
            : wanted.Tuple.Remote == source ? _byTuple.GetValueOrDefault(wanted.Tuple)
            : null;
        if (found is not null && found.Entry.Session != session)
        {
            Set.Bind(found, session, id);
        }

        AnswerMessage answer = found is not null
            ? SideAnswering.Watched(Set, found) with { Id = id }
            : new AnswerMessage(id, Unregistered(asked, source), AnswerMessage.Unknown, AnswerMessage.Unknown);
        Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
        link.Send(message[..SideMessageWriter.WriteAnswer(message, answer)]);
    }

    private SideAnswer Unregistered(Wanted? asked, UInt128 source) => asked is { KeyHash: null } wanted
        ? SideAnswers.Find(wanted.Tuple, source, isRegistered: false, wanted.Tuple.Local == ConnectionTuple.AddressOf(Host.Address), tableIsReadable: true, Table(wanted.Tuple))
        : SideAnswer.NotMyAddress;
}
