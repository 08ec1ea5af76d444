using System.Globalization;
using System.Text;

namespace Liveness.Tool.Conformance;

/// <summary>Plays one case on one connection: its steps, one after the other. The page of the command explains them.</summary>
/// <remarks>Long, because it is one switch: the language of the cases, in one place.</remarks>
internal sealed class CasePlay(TesterEnd end, CancellationToken cancellationToken, SidePlay? side = null)
{
    private const ulong MostUnread = 32 << 20;

    /// <summary>In ms. With a DetectWithin of 3 s it is 1000 at most.</summary>
    private const uint MostInterval = 2000;

    /// <summary>Codes of GOODBYE.</summary>
    private const int Silence = 2;
    private const int Refused = 4;
    private const int OneWay = 6;

    /// <summary>Later, a handshake that takes too long is refused, whatever was wrong with it.</summary>
    private static readonly TimeSpan s_refusal = TimeSpan.FromSeconds(3);

    private readonly List<CaseRemark> _remarks = [];
    private byte[] _rest = [];
    private int _seen;

    private RuleBook Rules => end.Rules;

    /// <summary>What was less than the page asks for.</summary>
    public IReadOnlyList<CaseRemark> Remarks => _remarks;

    /// <exception cref="CaseFailedException">The testee broke a rule, or did not do what the case waits for.</exception>
    public async Task PlayAsync(IReadOnlyList<CaseStep> steps)
    {
        foreach (CaseStep step in steps)
        {
            end.Note(step.ToString());
            try
            {
                await DoAsync(step.Verb, step.Words).ConfigureAwait(false);
            }
            catch (CaseFailedException failed)
            {
                throw end.Broken is { } broke
                    ? new CaseFailedException($"{broke} (at \"{step}\")", !end.BrokenIsTimeless)
                    : new CaseFailedException($"{failed.Message} (at \"{step}\")", failed.MayBeTime);
            }

            if (end.Broken is { } rule)
            {
                throw new CaseFailedException($"{rule} (at \"{step}\")", !end.BrokenIsTimeless);
            }
        }
    }

    private Task DoAsync(string verb, IReadOnlyList<string> words) => verb switch
    {
        "open" => OpenAsync(words, isPolite: true),
        "open-rude" => OpenAsync(words, isPolite: false),
        "hello" => end.SendHelloAsync(HelloOf(words), cancellationToken),
        "greeted" => GreetedAsync(),
        "mirror" => MirrorAsync(),
        "polite" => Set(() => end.IsPolite = true),
        "rude" => Set(() => end.IsPolite = false),
        "stingy" => Set(() => end.IsGenerous = false),
        "pieces" => Set(() => end.Piece = Number(words[0])),
        "send" => SendAsync(words),
        "beat" => end.SendBeatAsync(0, beat => Changed(beat, words), cancellationToken),
        "probe" => end.SendBeatAsync(RawBeat.Asks, beat => Changed(beat, words), cancellationToken),
        "answered" => AnsweredAsync(words.Count > 0 ? Time(words[0]) : Tolerance.Soon),
        "data" => DataAsync(Number(words[0]), words.Count > 1 ? Number(words[1]) : int.MaxValue),

        "echoed" => EchoedAsync(words.Count > 0 ? (ulong)Number(words[0]) : Rules.Sent),
        "credit" => CreditAsync(Number(words[0])),
        "end" => end.SendAsync(Raw.Frame(Raw.End), cancellationToken),
        "goodbye" => GoodbyeAsync(Number(words[0]), string.Join(' ', words.Skip(1))),
        "rate" => RateAsync(words),
        "comes" => ComesAsync(words),
        "wait" => PassAsync(Time(words[0])),
        "quiet" => QuietAsync(words),
        "beats" => BeatsAsync(Number(words[0]), Number(words[1]), Time(words[2])),
        "alive" => AliveAsync(),
        "rule" => RuleAsync(words[0].Split('|')),
        "says" => SaysAsync(words),
        "refuses" => RefusesAsync(),
        "gone" => GoneAsync(words.Count > 0 ? Time(words[0]) : null),
        "ends" => EndsAsync(),
        "deaf" => Set(() => Deafen(words)),
        "hearing" => Set(() => end.Deafness = null),
        "fill" => FillAsync(),
        "part" => PartAsync(Number(words[0]), Number(words[1])),
        "rest" => RestAsync(),
        "credits" => TimesAsync(Number(words[0]), () => CreditAsync(1)),
        "flood" => TimesAsync(Number(words[0]), () => end.SendBeatAsync((byte)Number(words[1]), null, cancellationToken)),
        "slices" => TimesAsync(Number(words[0]), () => SliceAsync(Number(words[1]))),
        "closes" => ClosesAsync(Number(words[0])),
        "fin" => Set(Fin),
        "reset" => Set(end.Reset),
        _ => side?.Do(verb, words) ?? throw new FormatException($"No such step: {verb}"),
    };

    private static Task Set(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private TimeSpan Time(string text) => Tolerance.Read(text, Rules);

    private static void Fail(string what) => throw new CaseFailedException(what, mayBeTime: false);

    /// <summary>What was waited for did not come, or came early or late.</summary>
    private static void FailByTime(string what) => throw new CaseFailedException(what, mayBeTime: true);

    /// <summary>The connection has ended where it ought to go on, or with another word than it ought to.</summary>
    private void FailByEnd(string what) => throw new CaseFailedException(what, EndMayBeTime);

    /// <summary>The testee takes us for dead, which we may have been; or nothing of ours had come for a while.</summary>
    private bool EndMayBeTime => LastWord is { } word
        ? word.Code is Silence or OneWay
        : end.End != StreamEnd.None && Rules.TheirRx > 0 && end.EndedAt - end.LastSentAt > TimeSpan.FromMilliseconds(Rules.TheirRx);

    /// <summary>It did not come at all, in a time in which everything comes. That is no matter of the machine where the testee went on
    /// sending other things.</summary>
    private void FailByPatience(string what)
    {
        if (end.End != StreamEnd.None)
        {
            FailByEnd(what);
        }

        Arrival? last = end.ArrivalsFrom(0).LastOrDefault();
        throw new CaseFailedException(what, mayBeTime: last is null || end.Now - last.At > Tolerance.Soon);
    }

    private void Remark(string text) => _remarks.Add(new CaseRemark(text, MayBeTime: false));

    private void RemarkTime(string text) => _remarks.Add(new CaseRemark(text, MayBeTime: true));

    /// <returns>Whether it is so, or a rule was broken. False at once where the stream ends before.</returns>
    private async Task<bool> WaitAsync(Func<bool> isSo, TimeSpan time)
    {
        bool has = false;
        await end.WaitAsync(
            () => (has = isSo() || end.Broken is not null) || end.End != StreamEnd.None, end.Now + time, cancellationToken)
            .ConfigureAwait(false);
        return has;
    }

    private static RawHello HelloOf(IReadOnlyList<string> words)
    {
        RawHello hello = new();
        foreach (string[] pair in words.Select(word => word.Split('=')))
        {
            long value = long.Parse(pair[1], CultureInfo.InvariantCulture);
            hello = pair[0] switch
            {
                "min" => hello with { MinVersion = (byte)value },
                "max" => hello with { MaxVersion = (byte)value },
                "flags" => hello with { Flags = (ushort)value },
                "rx" => hello with { Rx = (uint)value },
                "minRx" => hello with { MinRx = (uint)value },
                "minTx" => hello with { MinTx = (uint)value },
                "maxFrame" => hello with { MaxFrame = (uint)value },
                "credit" => hello with { FirstCredit = (ulong)value },
                "more" => hello with { More = (int)value },
                "endpoint" => hello with { Endpoint = [.. Enumerable.Repeat((byte)value, 16)] },
                _ => throw new FormatException($"HELLO has no {pair[0]}"),
            };
        }

        return hello;
    }

    private static RawBeat Changed(RawBeat beat, IReadOnlyList<string> words)
    {
        foreach (string[] pair in words.Select(word => word.Split('=')))
        {
            long value = pair[1] == "none" ? 0 : long.Parse(pair[1], CultureInfo.InvariantCulture);
            beat = pair[0] switch
            {
                "seq" => beat with { Seq = unchecked((uint)value) },
                "seq+" => beat with { Seq = unchecked(beat.Seq + (uint)value) },
                "echo" => beat with { EchoSeq = 0, EchoDelay = Raw.NoEcho },
                "echo+" => beat with { EchoSeq = unchecked(beat.EchoSeq + (uint)value), EchoDelay = 0 },
                "delay" => beat with { EchoDelay = (uint)value },
                "heard" => beat with { HeardAgo = (uint)value },
                "received+" => beat with { Received = unchecked(beat.Received + (ulong)value) },
                "consumed+" => beat with { Consumed = unchecked(beat.Consumed + (ulong)value) },
                "lag" => beat with { Lag = (ushort)value },
                "flags" => beat with { Flags = (byte)value },
                "reserved" => beat with { Reserved = (byte)value },
                "generation+" => beat with { Generation = unchecked(beat.Generation + (uint)value) },
                _ => throw new FormatException($"BEAT has no {pair[0]}"),
            };
        }

        return beat;
    }

    private async Task OpenAsync(IReadOnlyList<string> words, bool isPolite)
    {
        await end.SendHelloAsync(HelloOf(words), cancellationToken).ConfigureAwait(false);
        await GreetedAsync().ConfigureAwait(false);
        end.IsPolite = isPolite;
    }

    private async Task GreetedAsync()
    {
        if (!await WaitAsync(() => Rules.Theirs is not null, Tolerance.Patience * 2).ConfigureAwait(false) || Rules.Theirs is null)
        {
            FailByPatience(end.End == StreamEnd.None ? "no HELLO came" : "the connection ended before a HELLO");
        }

        if (Rules.Theirs!.Rx > MostInterval)
        {
            Fail($"it wants a beat each {Rules.Theirs.Rx} ms, and every case would take too long: give it a DetectWithin of 1 to 3 s");
        }
    }

    /// <summary>Sends the testee's own bytes back.</summary>
    private async Task MirrorAsync()
    {
        await GreetedAsync().ConfigureAwait(false);
        await end.SendHelloAsync(Rules.Theirs!, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hexadecimal; 00*16 is 00 sixteen times; "64 x" before it sends it so often.</summary>
    private async Task SendAsync(IReadOnlyList<string> words)
    {
        bool isRepeated = words.Count > 2 && words[1] == "x";
        List<byte> bytes = [];
        foreach (string[] part in words.Skip(isRepeated ? 2 : 0).Select(word => word.Split('*')))
        {
            byte[] once = part[0].StartsWith('"')
                ? Encoding.UTF8.GetBytes(part[0].Trim('"').Replace('_', ' '))
                : Convert.FromHexString(part[0]);
            bytes.AddRange(Enumerable.Repeat(once, part.Length > 1 ? Number(part[1]) : 1).SelectMany(each => each));
        }

        byte[] all = [.. Enumerable.Repeat(bytes, isRepeated ? Number(words[0]) : 1).SelectMany(each => each)];
        await end.SendAsync(all, cancellationToken).ConfigureAwait(false);
    }

    private async Task AnsweredAsync(TimeSpan soon)
    {
        uint asked = unchecked(end.NextSeq - 1);
        TimeSpan from = end.Now;
        if (!await WaitAsync(() => IsAnswer(asked), Tolerance.Patience).ConfigureAwait(false))
        {
            FailByPatience("the probe was not answered");
        }

        if (end.Now - from > soon)
        {
            RemarkTime($"the answer took {(end.Now - from).TotalMilliseconds:0} ms: it ought to come at once");
        }

        bool IsAnswer(uint seq) => Rules.LastBeat is { } beat && end.ArrivalsFrom(_seen)
            .Any(frame => frame.AsBeat is { } came
                && (came.Flags & RawBeat.Answers) != 0 && came.EchoDelay != Raw.NoEcho && (int)unchecked(came.EchoSeq - seq) >= 0);
    }

    private async Task DataAsync(int bytes, int frameSize)
    {
        while (bytes > 0)
        {
            if (!await WaitAsync(() => Rules.Limit > Rules.Sent, Tolerance.Soon * 5).ConfigureAwait(false) || end.Broken is not null)
            {
                FailByPatience($"no credit came: {Rules.Sent} sent, {Rules.Limit} allowed");
            }

            int length = (int)Math.Min((ulong)Math.Min(Math.Min(bytes, frameSize), (int)Rules.Theirs!.MaxFrame), Rules.Limit - Rules.Sent);
            await end.SendDataAsync(length, cancellationToken).ConfigureAwait(false);
            bytes -= length;
        }
    }

    private async Task EchoedAsync(ulong bytes)
    {
        if (!await WaitAsync(() => Rules.Received >= bytes, Tolerance.Soon * 5).ConfigureAwait(false))
        {
            FailByPatience($"{Rules.Received} bytes came back of {bytes}");
        }
    }

    private async Task CreditAsync(int more)
    {
        Rules.Granted += (ulong)more;
        await end.SendAsync(Raw.CreditFrame(Rules.Granted), cancellationToken).ConfigureAwait(false);
    }

    private async Task RateAsync(IReadOnlyList<string> words)
    {
        uint[] fields = [.. words.Select(word => uint.Parse(word, CultureInfo.InvariantCulture))];
        uint generation = fields.Length > 3 ? fields[3] : ++Rules.OwnGeneration;
        Rules.Spacing = Math.Min(Rules.Spacing, fields[1]);
        Rules.Ours = Rules.Ours! with { Rx = fields[0], MinRx = fields[1], MinTx = fields[2] };
        await end.SendAsync(Raw.RateFrame(fields[0], fields[1], fields[2], generation), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next frame of that type, behind what earlier steps have seen: "comes BEAT flags=2 within 1R".</summary>
    private async Task ComesAsync(IReadOnlyList<string> words)
    {
        byte type = Raw.TypeOf(words[0]);
        string[] fields = [.. words.Skip(1).Where(word => word.Contains('='))];
        int within = words.ToList().IndexOf("within");
        TimeSpan time = within < 0 ? Tolerance.Patience : Time(words[within + 1]) + Tolerance.Late;
        int found = -1;
        if (!await WaitAsync(() => (found = Find()) >= 0, time).ConfigureAwait(false) || found < 0)
        {
            FailByTime($"no {string.Join(' ', words)} came within {time.TotalMilliseconds:0} ms");
        }

        _seen += found + 1;

        int Find() => Array.FindIndex(
            end.ArrivalsFrom(_seen), frame => frame.Type == type && fields.All(field => Fits(frame, field.Split('='))));
    }

    private static bool Fits(Arrival frame, string[] pair)
    {
        if (pair[0] != "length" && frame.AsBeat is null)
        {
            return false;
        }

        RawBeat beat = frame.AsBeat.GetValueOrDefault();
        ulong value = ulong.Parse(pair[1], CultureInfo.InvariantCulture);
        return pair[0] switch
        {
            "length" => (ulong)frame.Length == value,
            "flags" => beat.Flags == value,
            "received" => beat.Received == value,
            "generation" => beat.Generation == value,
            "echoed" => (beat.EchoDelay != Raw.NoEcho) == (value == 1),
            "heard" => beat.HeardAgo >= value,
            _ => throw new FormatException($"\"{pair[0]}\" is nothing to look for"),
        };
    }

    private async Task PassAsync(TimeSpan time)
    {
        await WaitAsync(() => Rules.SaidGoodbye, time).ConfigureAwait(false);
        FailIfEnded();
    }

    private async Task QuietAsync(IReadOnlyList<string> words)
    {
        byte type = Raw.TypeOf(words[0]);
        _seen = words.Count > 2 ? 0 : _seen + end.ArrivalsFrom(_seen).Length;
        if (await WaitAsync(() => end.ArrivalsFrom(_seen).Any(frame => frame.Type == type), Time(words[1])).ConfigureAwait(false))
        {
            // What was under way before may come late; what never may come is not late.
            throw new CaseFailedException($"{words[0]} came, and must not", mayBeTime: words.Count < 3);
        }

        FailIfEnded();
    }

    private async Task BeatsAsync(int least, int most, TimeSpan time)
    {
        _seen += end.ArrivalsFrom(_seen).Length;
        await PassAsync(time).ConfigureAwait(false);
        int count = end.ArrivalsFrom(_seen).Count(frame => frame.Type == Raw.Beat);
        if (count < least || count > most)
        {
            FailByTime($"{count} beats came in {time.TotalMilliseconds:0} ms, {least} to {most} are right");
        }
    }

    private void FailIfEnded()
    {
        if (end.End != StreamEnd.None || Rules.SaidGoodbye)
        {
            FailByEnd(LastWord is { } word ? $"it ended the connection: {word}" : "it ended the connection without a word");
        }
    }

    private async Task AliveAsync()
    {
        FailIfEnded();
        _seen += end.ArrivalsFrom(_seen).Length;
        await end.SendBeatAsync(RawBeat.Asks, null, cancellationToken).ConfigureAwait(false);
        await AnsweredAsync(Tolerance.Soon).ConfigureAwait(false);
    }

    private Arrival? LastWord => end.ArrivalsFrom(0).LastOrDefault(frame => frame.Type == Raw.Goodbye);

    /// <summary>A violation: GOODBYE(3) with its name, and then an abort.</summary>
    private async Task RuleAsync(string[] names)
    {
        Arrival? word = await EndedAsync("the violation").ConfigureAwait(false);
        if (word is null)
        {
            Remark("it aborted without GOODBYE(3)");
            return;
        }

        string reason = word.Reason;
        if (word.Code != 3)
        {
            FailByEnd($"it said {word}, not GOODBYE(3)");
        }

        if (!names.Select(Snake).Contains(reason))
        {
            Remark($"it names \"{reason}\", not {string.Join(" or ", names.Select(Snake))}");
        }

        NoteFin();
    }

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>GOODBYE with that code, and then an abort; the times count from our last byte: "says 2 3.5R 1B".</summary>
    private async Task SaysAsync(IReadOnlyList<string> words)
    {
        TimeSpan from = end.Deafness?.Since ?? end.LastSentAt;
        TimeSpan least = words.Count > 1 ? Time(words[1]) : TimeSpan.Zero;
        TimeSpan most = words.Count > 2 ? Time(words[2]) : Tolerance.Soon;
        Arrival? word = await EndedAsync("the end of the connection", from + most + Tolerance.TooLate - end.Now).ConfigureAwait(false);
        TimeSpan took = (word?.At ?? end.EndedAt) - from;
        string right = $"{least.TotalMilliseconds:0} to {most.TotalMilliseconds:0} ms are right";
        if (word is null)
        {
            Remark($"it aborted without GOODBYE({words[0]})");
        }
        else if (word.Code != Number(words[0]))
        {
            FailByEnd($"it said {word}, not GOODBYE({words[0]})");
        }

        if (took < least - Tolerance.Early)
        {
            FailByTime($"that came after {took.TotalMilliseconds:0} ms, too early: {right}");
        }

        if (took > most + Tolerance.Late)
        {
            RemarkTime($"that came after {took.TotalMilliseconds:0} ms: {right}");
        }

        NoteFin();
    }

    /// <summary>A violation of the side channel's page: GOODBYE(4) with the reason, however the stream ends then.</summary>
    private async Task RefusesAsync()
    {
        Arrival? word = await EndedAsync("GOODBYE(4)", s_refusal).ConfigureAwait(false);
        if (word?.Code != Refused)
        {
            FailByEnd(word is null ? "it ended without GOODBYE(4)" : $"it said {word}, not GOODBYE(4)");
        }

        if (word!.Reason.Length == 0)
        {
            Remark("its GOODBYE(4) gives no reason");
        }
    }

    private void NoteFin()
    {
        if (end.End == StreamEnd.Fin)
        {
            Remark("it sent FIN where RST is asked for (9.1)");
        }
    }

    /// <summary>Nothing is said; the stream ends.</summary>
    private async Task GoneAsync(TimeSpan? within)
    {
        if (await EndedAsync("the end of the connection", within).ConfigureAwait(false) is { } word)
        {
            FailByEnd($"it said {word}, and ought to say nothing");
        }

        NoteFin();
    }

    /// <summary>Nothing follows it.</summary>
    private Task GoodbyeAsync(int code, string reason)
    {
        end.IsPolite = false;
        return end.SendAsync(Raw.GoodbyeFrame(code, reason), cancellationToken);
    }

    private void Fin()
    {
        end.IsPolite = false;
        end.Fin();
    }

    /// <summary>In good order: FIN, with GOODBYE(0) or without a word.</summary>
    private async Task EndsAsync()
    {
        if (await EndedAsync("an orderly end").ConfigureAwait(false) is { Code: not 0 } word)
        {
            FailByEnd($"it said {word}");
        }

        if (end.End == StreamEnd.Reset)
        {
            Fail("it sent RST: it takes this for a loss");
        }
    }

    /// <summary>From now on we hear nothing, and say so, in beats of our own: "deaf heard=0" says that we do hear, "deaf lag=n" that we are
    /// behind.</summary>
    private void Deafen(IReadOnlyList<string> words)
    {
        if (Rules is not { LastBeat: { } beat, LastBeatAt: { } at })
        {
            throw new CaseFailedException("no BEAT came", mayBeTime: true);
        }

        string[]? pair = words.Count > 0 ? words[0].Split('=') : null;
        ushort lag = pair is ["lag", _] ? (ushort)Number(pair[1]) : (ushort)0;
        end.Deafness = new Deafness(end.Now, beat.Seq, at, pair is not ["heard", _], lag);
    }

    private static async Task TimesAsync(int times, Func<Task> act)
    {
        for (int i = 0; i < times; i++)
        {
            await act().ConfigureAwait(false);
            if (i % 16 == 15)
            {
                // Others play at the same time.
                await Task.Yield();
            }
        }
    }

    /// <summary>Sends data that nobody lets come back, until no more credit comes: an end that reads without bound never lets us
    /// stop.</summary>
    private async Task FillAsync()
    {
        while (await WaitAsync(() => Rules.Limit > Rules.Sent, TimeSpan.FromMilliseconds(800)).ConfigureAwait(false))
        {
            if (end.Broken is not null || Rules.Sent > MostUnread)
            {
                Fail($"it takes {Rules.Sent} bytes, although nothing of it can be sent back: its memory has no bound");
            }

            int length = (int)Math.Min(Rules.Theirs!.MaxFrame, Rules.Limit - Rules.Sent);
            await end.SendDataAsync(length, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Some bytes come back, and only then as many may come again: a CREDIT for each slice.</summary>
    private async Task SliceAsync(int bytes)
    {
        await DataAsync(bytes, int.MaxValue).ConfigureAwait(false);
        await EchoedAsync(Rules.Sent).ConfigureAwait(false);
        await CreditAsync(bytes).ConfigureAwait(false);
    }

    /// <summary>A DATA frame that has only begun.</summary>
    private Task PartAsync(int bytes, int whole)
    {
        byte[] frame = Raw.Frame(Raw.Data, EchoPattern.Make(Rules.Sent, whole));
        _rest = frame[(Raw.HeaderSize + bytes)..];
        Rules.Sent += (ulong)bytes;
        return end.SendAsync(frame.AsMemory(0, Raw.HeaderSize + bytes), cancellationToken);
    }

    private Task RestAsync()
    {
        Rules.Sent += (ulong)_rest.Length;
        return end.SendAsync(_rest, cancellationToken);
    }

    /// <summary>GOODBYE with that code, and then FIN: an orderly end.</summary>
    private async Task ClosesAsync(int code)
    {
        Arrival? word = await EndedAsync("an orderly end").ConfigureAwait(false);
        if (word?.Code != code)
        {
            FailByEnd(word is null ? "it ended without GOODBYE" : $"it said {word}, not GOODBYE({code})");
        }

        if (end.End == StreamEnd.Reset)
        {
            Fail("it sent RST behind its GOODBYE: what it said before may be lost");
        }
    }

    private async Task<Arrival?> EndedAsync(string what, TimeSpan? within = null)
    {
        TimeSpan from = end.Now;
        TimeSpan until = from + (within ?? Tolerance.Patience);
        if (!await end.WaitAsync(() => end.End != StreamEnd.None, until, cancellationToken).ConfigureAwait(false))
        {
            FailByPatience(
                LastWord is { } said ? $"it said {said}, and did not end the connection" : $"it did not react: {what} ought to come");
        }

        if (within is null && end.Now - from > Tolerance.Soon)
        {
            RemarkTime($"{what} took {(end.Now - from).TotalMilliseconds:0} ms: it ought to come at once");
        }

        return LastWord;
    }
}
