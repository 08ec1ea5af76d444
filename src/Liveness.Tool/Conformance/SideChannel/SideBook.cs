namespace Liveness.Tool.Conformance;

/// <summary>The rules for the testee's messages that hold in every case. Pure; the caller holds the lock of <see cref="TesterEnd"/>.
/// </summary>
/// <param name="testeeIsServer">Who may send what.</param>
internal sealed class SideBook(bool testeeIsServer)
{
    private readonly List<byte> _rest = [];
    private bool _isReady;

    public List<SideArrival> Messages { get; } = [];

    /// <summary>The testee's; null = it has sent none.</summary>
    public byte[]? Nonce { get; private set; }

    /// <summary>The proof that would be right; null = it may not send one yet.</summary>
    public byte[]? RightProof { get; set; }

    /// <summary>We have sent READY, or the testee has.</summary>
    public bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }

    /// <returns>What is wrong; null = nothing.</returns>
    public string? Take(ReadOnlySpan<byte> data)
    {
        _rest.AddRange(data);
        string? broken = null;
        while (broken is null && _rest.Count >= SideRaw.HeaderSize)
        {
            int length = (_rest[1] << 8) | _rest[2];
            if (length > SideRaw.MostPayload)
            {
                return $"Messages: {SideRaw.NameOf(_rest[0])} of {length} bytes";
            }

            if (_rest.Count < SideRaw.HeaderSize + length)
            {
                break;
            }

            SideArrival message = new(_rest[0], [.. _rest.GetRange(SideRaw.HeaderSize, length)]);
            _rest.RemoveRange(0, SideRaw.HeaderSize + length);
            broken = Check(message);
            Messages.Add(message);
        }

        return broken;
    }

    private string? Check(SideArrival message)
    {
        string name = SideRaw.NameOf(message.Type);
        if (!HasLength(message))
        {
            return $"Messages: {name} of {message.Payload.Length} bytes";
        }

        bool isHandshake = message.Type <= SideRaw.Ready;
        if (!isHandshake && !_isReady)
        {
            return $"Handshake: {name} before READY";
        }

        return message.Type switch
        {
            SideRaw.Auth => CheckAuth(message),
            SideRaw.Proof => RightProof is not { } right ? "Handshake: PROOF out of turn, or to one who has proved nothing"
                : !right.AsSpan().SequenceEqual(message.Payload) ? "Handshake: the proof is wrong"
                : Once(ref _proved, "PROOF"),
            SideRaw.Ready => !testeeIsServer ? "Messages: READY from a client" : !_proved ? "Handshake: READY before PROOF" : Ready(),
            SideRaw.Watch or SideRaw.WatchKey => testeeIsServer ? $"Messages: {name} from a server" : null,
            SideRaw.Refused => !testeeIsServer ? "Messages: REFUSED from a client" : Within(message, 1, 1),
            SideRaw.Answer => Within(message, 1, 5) ?? (message is { Value: not 1, HasCounts: true }
                ? $"Messages: counts with answer {message.Value}"
                : null),
            SideRaw.Ask => message.Payload is { Length: > 2 } asked && ((asked[0] << 8) | asked[1]) == (asked.Length - 2) / 8
                ? null
                : "Messages: ASK whose count and length differ",
            _ => Within(message, 1, 3),
        };
    }

    private bool _proved;

    private string? CheckAuth(SideArrival auth)
    {
        if (Nonce is not null)
        {
            return "Handshake: a second AUTH";
        }

        Nonce = auth.Payload[2..];
        return auth.Payload[0] != 1 ? $"Messages: AUTH of version {auth.Payload[0]}"
            : auth.Payload[1] != 1 ? $"Handshake: method {auth.Payload[1]}: the testee is to have the shared secret of these cases"
            : Nonce.Distinct().Count() < 4 ? "Messages: the nonce is not random"
            : null;
    }

    private string? Ready()
    {
        string? broken = _isReady ? "Handshake: a second READY" : null;
        _isReady = true;
        return broken;
    }

    private static string? Once(ref bool happened, string what)
    {
        string? broken = happened ? $"Handshake: a second {what}" : null;
        happened = true;
        return broken;
    }

    private static string? Within(SideArrival message, byte least, byte most) =>
        message.Value >= least && message.Value <= most ? null : $"Messages: {SideRaw.NameOf(message.Type)} with {message.Value}";

    private static bool HasLength(SideArrival message) => message.Type switch
    {
        SideRaw.Auth => message.Payload.Length == 34,
        SideRaw.Proof => message.Payload.Length == 32,
        SideRaw.Ready => message.Payload.Length == 4,
        SideRaw.Watch => message.Payload.Length == 52,
        SideRaw.WatchKey => message.Payload.Length == 48,
        SideRaw.Answer => message.Payload.Length == 25,
        SideRaw.Ask => message.Payload.Length is >= 10 and <= 482 && message.Payload.Length % 8 == 2,
        SideRaw.Unwatch or SideRaw.Refused => message.Payload.Length == 9,
        _ => false,
    };
}
