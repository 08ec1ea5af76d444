using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Liveness.SideChannel;
using Liveness.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests;

/// <summary>The sessions in the side channel's PROTOCOL.md are what the code sends, takes, and makes of it.</summary>
public sealed partial class SideProtocolVectorTests
{
    private static readonly TimeSpan s_t = TimeSpan.FromSeconds(5);
    private static readonly IPAddress s_peer = IPAddress.Parse("192.0.2.7");
    private static readonly SideIdentity s_clientId = new(1, 2);
    private static readonly SideIdentity s_serverId = new(3, 4);
    private static readonly Bytes32 s_clientNonce = new(5, 6);
    private static readonly Bytes32 s_serverNonce = new(7, 8);
    private static readonly ConnectionTuple s_tuple = SideTuples.Of("192.0.2.1", 40_000, "192.0.2.7", 443);

    private readonly List<string> _lines = [];
    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly WatchSet _set;
    private ToldSideLink _link = new(s_peer);
    private SideSession _session = null!;
    private SideWatch _connection = null!;

    public SideProtocolVectorTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        ToldSockets sockets = new();
        _set = new WatchSet(s_t, witness: true, _clock, NullLogger.Instance, new Owner(), sockets: sockets);
        _begin = () =>
        {
            _link = new ToldSideLink(s_peer);
            _session = new SideSession(isAcceptingEnd: false, new IPEndPoint(s_peer, 7001), _set.Scheduling.Now);
            _set.Change(_session, changed => changed.Ready(_link));
            _connection = _set.Add(sockets.Add(s_tuple, () => ToldSockets.Fresh with { BytesSent = 30, BytesAcknowledged = 30, BytesReceived = 12 }), keyHash: null, _session, 1);
            _queue.RunAll();
        };
    }

    private readonly Action _begin;

    [Fact]
    public void The_page_shows_the_sessions_that_the_code_holds()
    {
        Handshake("handshake, method 0", null);
        Handshake("handshake, method 1, the secret is \"known to both ends only\"", [.. "known to both ends only"u8]);
        Session("watched at the server a little later, and judged lost there");
        Client(SideMessages.Write(room => SideMessageWriter.WriteWatch(room, new WatchMessage(1, s_tuple, 9))));
        Server(Answer(SideAnswer.NotYours));
        Server(Answer(SideAnswer.Watched, 30, 12));
        Server(Unwatch(UnwatchReason.Lost));
        Session("closed at the server, and its FIN does not come");
        Server(Answer(SideAnswer.Watched, 30, 12));
        Server(Unwatch(UnwatchReason.SocketClosed));
        Server(Answer(SideAnswer.Closing));
        Pass(s_t);
        Session("closed at the server by one process, and kept by another");
        Server(Answer(SideAnswer.Watched, 30, 12));
        Server(Unwatch(UnwatchReason.SocketClosed));
        Server(Answer(SideAnswer.NotYours));
        Pass(s_t);
        Session("no longer watched at the server: as if it never had been");
        Server(Answer(SideAnswer.Watched, 30, 12));
        Server(Unwatch(UnwatchReason.NoLongerWatched));
        Server(Answer(SideAnswer.Gone));
        Session("never answered 1: neither the answer nor the verdict is about this one");
        Server(Answer(SideAnswer.Gone));
        Server(Unwatch(UnwatchReason.Lost));
        Session("gone from the server's host");
        Server(Answer(SideAnswer.Watched, 30, 12));
        Server(Answer(SideAnswer.Gone));
        Session("the server asks about 1, and about 9, which is not watched");
        Server(SideMessages.Write(room => SideMessageWriter.WriteAsk(room, [1UL, 9UL])));
        Session("an answer that does not exist: closed with GOODBYE(4)");
        Server(Answer((SideAnswer)6));

        string expected = string.Join('\n', _lines);
        string page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "src", "Liveness", "SideChannel", "PROTOCOL.md")).ReplaceLineEndings("\n");
        string shown = Block().Match(page).Groups[1].Value.TrimEnd();
        Assert.True(shown == expected, $"PROTOCOL.md is to show:\n```vectors\n{expected}\n```");
    }

    private static byte[] Answer(SideAnswer answer, ulong received = AnswerMessage.Unknown, ulong sent = AnswerMessage.Unknown) =>
        SideMessages.Write(room => SideMessageWriter.WriteAnswer(room, new AnswerMessage(1, answer, received, sent)));

    private static byte[] Unwatch(UnwatchReason reason) => SideMessages.Write(room => SideMessageWriter.WriteUnwatch(room, new UnwatchMessage(1, reason)));

    private void Handshake(string what, byte[]? secret)
    {
        _lines.Add($"session {what}");
        SideHandshake client = new(true, secret, s_clientNonce, s_clientId, s_serverId, 0);
        SideHandshake server = new(false, secret, s_serverNonce, s_serverId, s_clientId, 100);
        byte[] output = new byte[SideHandshake.MaxOutput];
        byte[] message = output[..client.Begin(output)];
        for (bool byClient = true; message.Length > 0; byClient = !byClient)
        {
            Line(byClient ? 'C' : 'S', message);
            SideHandshake taker = byClient ? server : client;
            ReadOnlySpan<byte> input = message;
            SideMessageReader reader = new();
            int length = 0;
            while (reader.TryRead(ref input, out SideMessageType type, out ReadOnlySpan<byte> payload))
            {
                length += taker.Receive(type, payload, output.AsSpan(length));
            }

            message = output[..length];
        }

        _lines.Add($"= client {client.State}, server {server.State}");
    }

    private void Session(string what)
    {
        _lines.Add($"session {what}");
        _begin();
    }

    private void Client(byte[] bytes) => Line('C', bytes);

    /// <summary>What the server says, as the client takes it: what it answers, and what it holds of the connection then.</summary>
    private void Server(byte[] bytes)
    {
        Line('S', bytes);
        SideMessageReader reader = new();
        ReadOnlySpan<byte> input = bytes;
        if (!reader.TryRead(ref input, out SideMessageType type, out ReadOnlySpan<byte> payload))
        {
            _lines.Add($"= refused: {SideRuleText.Of(reader.Violation)}");
            return;
        }

        ToldSideLink answered = _link;
        int before = answered.Bytes.Length;
        switch (type)
        {
            case SideMessageType.Answer:
                _set.TakeAnswer(_session, SideMessageDecoder.ReadAnswer(payload));
                break;
            case SideMessageType.Unwatch:
                _set.TakeUnwatch(_session, SideMessageDecoder.ReadUnwatch(payload));
                break;
            case SideMessageType.Ask:
                SideAnswering.AnswerAsk(_set, _session, _link, payload);
                break;
        }

        _queue.RunAll();
        if (answered.Bytes.Length > before)
        {
            Line('C', answered.Bytes[before..]);
        }

        Hold();
    }

    private void Pass(TimeSpan time)
    {
        _lines.Add($"{time.TotalSeconds:0} s later, the bound of a client with a DetectWithin of that");
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(20))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(20));
            _queue.RunAll();
        }

        Hold();
    }

    private void Hold()
    {
        string alive = _connection.Monitor.Conditions == ConnectionConditions.None ? "vouched" : $"{_connection.Monitor.Conditions}";
        _lines.Add(_connection.Monitor.Loss is { } loss ? $"= Lost: {loss.GetType().Name}, {loss.Diagnosis}" : $"= Alive, {alive}");
    }

    private void Line(char who, byte[] bytes)
    {
        string what = SideMessages.Trace(bytes) is { } trace && !trace[0].StartsWith("Violation", StringComparison.Ordinal) ? string.Join(", ", trace.Select(Name)) : "ANSWER";
        _lines.Add($"{who} {Convert.ToHexString(bytes)} {what}");
    }

    private static string Name(string trace) => trace[..trace.IndexOfAny([' ', '{'])].Replace("Message", "", StringComparison.Ordinal).ToUpperInvariant();

    [GeneratedRegex("```vectors\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private sealed class Owner : IWatchSetOwner
    {
        public void StartConnectProbe(SideSession session, SideWatch example)
        {
        }

        public void OnStopped(SideWatch connection)
        {
        }

        public void OnLost(IReadOnlyList<SideWatch> connections)
        {
        }
    }
}
