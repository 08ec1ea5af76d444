using System.Globalization;
using System.Security.Cryptography;

namespace Liveness.Tool.Conformance;

/// <summary>The steps of the side channel's cases, which come on top of those of <see cref="CasePlay"/>.</summary>
/// <param name="end">Our end.</param>
/// <param name="book">What came.</param>
/// <param name="connection">To the testee.</param>
/// <param name="testeeIsServer">Or else the client.</param>
/// <param name="cancellationToken">Ends it.</param>
internal sealed class SidePlay(
    TesterEnd end, SideBook book, TesteeConnection connection, bool testeeIsServer, CancellationToken cancellationToken) : IDisposable
{
    private readonly SideSockets _sockets = new();
    private byte[] _nonce = RandomNumberGenerator.GetBytes(32);
    private List<byte>? _joined;
    private int _piece;
    private int _seen;
    private bool _expectsProof;
    private ulong _known;

    /// <returns>Null where there is no such step.</returns>
    public Task? Do(string verb, IReadOnlyList<string> words) => verb switch
    {
        "auth" => AuthAsync(words),
        "proof" => ProofAsync(words),
        "ready" => ReadyAsync(),
        "trusted" => TrustedAsync(),
        "watch" => SayAsync(SideRaw.Watch, [.. Id(words[0]), .. _sockets.Named(words[1], connection.Socket), .. new byte[8]]),
        "watchkey" => SayAsync(SideRaw.WatchKey, [.. Id(words[0]), .. SideRaw.KeyHash(KeyOf(words[1])), .. new byte[8]]),
        "answer" => SayAsync(SideRaw.Answer, [.. Id(words[0]), Byte(words[1]), .. Counts(words.Count > 2), .. Counts(words.Count > 2)]),
        "ask" => SayAsync(SideRaw.Ask, [0, (byte)words.Count, .. words.SelectMany(Id)]),
        "ask-many" => SayAsync(
            SideRaw.Ask, [0, Byte(words[0]), .. Enumerable.Range(1, Byte(words[0])).SelectMany(id => SideRaw.Long((ulong)id))]),
        "unwatch" => SayAsync(SideRaw.Unwatch, [.. Id(words[0]), Byte(words[1])]),
        "refuse" => SayAsync(SideRaw.Refused, [.. Id(words[0]), Byte(words[1])]),
        "message" => SayAsync(Bytes(words)),
        "await-proof" => Set(() => _expectsProof = true),
        "proof-mirror" => SayAsync(SideRaw.Proof, book.RightProof!),
        "early" => EarlyAsync(words[0]),
        "watch-many" => TimesAsync(Byte(words[0]), id => Do("watch", [$"{id}", "nowhere"])!),
        "watch-ahead" => SayAsync(SideRaw.Watch, [.. Id(words[0]), .. _sockets.NamedAhead(connection.DataPort ?? 1), .. new byte[8]]),
        "data-open-ahead" => _sockets.OpenAheadAsync(cancellationToken),
        "ended-within" => EndedAsync(Tolerance.Read(words[0], end.Rules)),
        "join" => Set(() => _joined = []),
        "joined" => JoinedAsync(),
        "split" => Set(() => _piece = Byte(words[0])),
        "hears" => HearsAsync(words),
        "not" => NotAsync(words),
        "data-open" => OpenDataAsync(),
        "pair-open" => _sockets.OpenPairAsync(cancellationToken),
        "pair-fin" => Set(_sockets.ShutNewest),
        "data-close" => Set(_sockets.CloseNewest),
        _ => null,
    };

    public void Dispose() => _sockets.Dispose();

    private static Task Set(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static byte Byte(string text) => byte.Parse(text, CultureInfo.InvariantCulture);

    private static string KeyOf(string word) => word == "known" ? SideRaw.Key : word;

    private static byte[] Counts(bool known) => SideRaw.Long(known ? 10 : SideRaw.Unknown);

    /// <summary>A number, or "it": that of the client's newest WATCH.</summary>
    private byte[] Id(string word) => SideRaw.Long(word == "it" ? _known : ulong.Parse(word, CultureInfo.InvariantCulture));

    /// <summary>Hexadecimal; 00*16 is 00 sixteen times.</summary>
    private static byte[] Bytes(IReadOnlyList<string> words) =>
    [
        .. words.Select(word => word.Split('*')).SelectMany(part => Enumerable
            .Repeat(Convert.FromHexString(part[0]), part.Length > 1 ? int.Parse(part[1], CultureInfo.InvariantCulture) : 1)
            .SelectMany(each => each)),
    ];

    private Task SayAsync(byte type, byte[] payload) => SayAsync(SideRaw.Message(type, payload));

    private async Task SayAsync(byte[] bytes)
    {
        if (_joined is not null)
        {
            _joined.AddRange(bytes);
            return;
        }

        foreach (byte[] piece in _piece == 0 ? [bytes] : bytes.Chunk(_piece))
        {
            await end.SendDataAsync(piece, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task JoinedAsync()
    {
        byte[] bytes = [.. _joined!];
        _joined = null;
        return SayAsync(bytes);
    }

    private async Task AuthAsync(IReadOnlyList<string> words)
    {
        Dictionary<string, string> fields = words.Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        if (fields.GetValueOrDefault("nonce") == "theirs")
        {
            await HearsAsync(["AUTH"]).ConfigureAwait(false);
            _nonce = book.Nonce!;
        }

        if (_expectsProof && !testeeIsServer)
        {
            await HearsAsync(["AUTH"], keep: true).ConfigureAwait(false);
            ExpectProof();
        }

        byte version = Byte(fields.GetValueOrDefault("version", "1"));
        await SayAsync(SideRaw.Auth, [version, Byte(fields.GetValueOrDefault("method", "1")), .. _nonce]).ConfigureAwait(false);
    }

    /// <summary>The right one, or "secret", "label", "nonces", "bit": what is wrong with it.</summary>
    private async Task ProofAsync(IReadOnlyList<string> words)
    {
        if (book.Nonce is null)
        {
            await HearsAsync(["AUTH"]).ConfigureAwait(false);
        }

        string wrong = words.Count > 0 ? words[0] : "";
        RawHello ours = end.Rules.Ours!;
        RawHello theirs = end.Rules.Theirs!;
        SideIds own = new(_nonce, ours.Endpoint, ours.Instance);
        SideIds peer = new(book.Nonce!, theirs.Endpoint, theirs.Instance);
        (SideIds client, SideIds server) = testeeIsServer ? (own, peer) : (peer, own);
        if (wrong == "nonces")
        {
            (client, server) = (client with { Nonce = server.Nonce }, server with { Nonce = client.Nonce });
        }

        (string ownLabel, string peerLabel) = testeeIsServer ? ("client", "server") : ("server", "client");
        string secret = wrong == "secret" ? "another secret of that length" : SideRaw.Secret;
        byte[] proof = SideRaw.Prove(secret, wrong == "label" ? peerLabel : ownLabel, client, server);
        proof[31] ^= wrong == "bit" ? (byte)1 : (byte)0;
        if (testeeIsServer && wrong.Length == 0)
        {
            book.RightProof = SideRaw.Prove(SideRaw.Secret, peerLabel, client, server);
        }

        await SayAsync(SideRaw.Proof, proof).ConfigureAwait(false);
    }

    private Task ReadyAsync()
    {
        book.IsReady = true;
        return SayAsync(SideRaw.Ready, [0, 0, 0, 100]);
    }

    /// <summary>The whole handshake, as it ought to be.</summary>
    private async Task TrustedAsync()
    {
        if (testeeIsServer)
        {
            await AuthAsync([]).ConfigureAwait(false);
            await ProofAsync([]).ConfigureAwait(false);
            await HearsAsync(["PROOF"]).ConfigureAwait(false);
            await HearsAsync(["READY"]).ConfigureAwait(false);
            return;
        }

        _expectsProof = true;
        await AuthAsync([]).ConfigureAwait(false);
        await HearsAsync(["PROOF"]).ConfigureAwait(false);
        await ProofAsync([]).ConfigureAwait(false);
        await ReadyAsync().ConfigureAwait(false);
    }

    /// <summary>A client sends it as soon as it has our AUTH.</summary>
    private void ExpectProof() => book.RightProof = SideRaw.Prove(
        SideRaw.Secret,
        "client",
        new SideIds(book.Nonce!, end.Rules.Theirs!.Endpoint, end.Rules.Theirs.Instance),
        new SideIds(_nonce, end.Rules.Ours!.Endpoint, end.Rules.Ours.Instance));

    /// <summary>The next message that fits, behind what earlier steps have heard: "hears ANSWER id=1 value=3 counts=0".</summary>
    private async Task HearsAsync(IReadOnlyList<string> words, bool keep = false)
    {
        if (keep && book.Nonce is not null)
        {
            return;
        }

        int found = -1;
        await end.WaitAsync(
            () => (found = Find(words)) >= 0 || end.Broken is not null || end.End != StreamEnd.None,
            end.Now + Tolerance.Patience,
            cancellationToken).ConfigureAwait(false);
        if (found < 0)
        {
            string came = string.Join(", ", end.Locked(() => book.Messages.Skip(_seen).Select(Told).ToArray()));

            // Nothing, and even the end: a busy machine makes us look dead.
            bool mayBeTime = end.Broken is null && came.Length == 0;
            throw new CaseFailedException(
                $"no {string.Join(' ', words)} came, but {(came.Length == 0 ? "nothing" : came)}"
                + (end.End == StreamEnd.None ? "" : ", and the end of the connection"),
                mayBeTime);
        }

        _known = book.Messages[found].Type is SideRaw.Watch or SideRaw.WatchKey ? book.Messages[found].Id : _known;
        _seen = found + 1;
    }

    private static string Told(SideArrival message) =>
        message.Type == SideRaw.Ask ? "ASK"
        : message.Type > SideRaw.WatchKey ? $"{SideRaw.NameOf(message.Type)} id={message.Id} value={message.Value}"
        : SideRaw.NameOf(message.Type);

    private int Find(IReadOnlyList<string> words) => book.Messages.FindIndex(
        _seen, message => message.Type == SideRaw.TypeOf(words[0]) && words.Skip(1).All(word => Fits(message, word.Split('='))));

    private bool Fits(SideArrival message, string[] pair) => pair[0] switch
    {
        "id" => message.Id == Raw.LongNumber(Id(pair[1]), 0),
        "value" => pair[1].Split('|').Contains($"{message.Value}"),
        "counts" => message.HasCounts == (pair[1] == "1"),
        "asks" => message.Asked.Contains(Raw.LongNumber(Id(pair[1]), 0)),
        _ => throw new FormatException($"\"{pair[0]}\" is nothing to look for"),
    };

    /// <summary>"not 300ms UNWATCH".</summary>
    private async Task NotAsync(IReadOnlyList<string> words)
    {
        string[] what = [.. words.Skip(1)];
        TimeSpan until = end.Now + Tolerance.Read(words[0], end.Rules);
        bool came = await end.WaitAsync(() => Find(what) >= 0 || end.End != StreamEnd.None, until, cancellationToken).ConfigureAwait(false);
        if (came)
        {
            // A busy machine makes us look dead, and steps late.
            throw new CaseFailedException(
                end.End == StreamEnd.None ? $"{string.Join(' ', what)} came, and must not" : "it ended the connection",
                mayBeTime: end.Broken is null);
        }
    }

    /// <summary>Each would be right after READY.</summary>
    private Task EarlyAsync(string what) => what switch
    {
        "watch" => Do("watchkey", ["1", "known"])!,
        "ask" => Do("ask", ["1"])!,
        "answer" => Do("answer", ["1", "4"])!,
        "unwatch" => Do("unwatch", ["1", "1"])!,
        _ => Do("refuse", ["1", "1"])!,
    };

    private static async Task TimesAsync(int times, Func<int, Task> act)
    {
        for (int i = 1; i <= times; i++)
        {
            await act(i).ConfigureAwait(false);
        }
    }

    /// <summary>By whatever word.</summary>
    private async Task EndedAsync(TimeSpan within)
    {
        if (!await end.WaitAsync(() => end.End != StreamEnd.None, end.Now + within, cancellationToken).ConfigureAwait(false))
        {
            throw new CaseFailedException("the end of the connection ought to come", mayBeTime: end.Broken is null);
        }
    }

    private Task OpenDataAsync() => connection.DataPort is { } port
        ? _sockets.OpenDataAsync(port, cancellationToken)
        : throw new CaseFailedException("the testee's data port is not known: name it DATAPORT among its arguments", mayBeTime: false);
}
