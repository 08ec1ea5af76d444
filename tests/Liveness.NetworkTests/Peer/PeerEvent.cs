using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Liveness.NetworkTests.Peer;

internal enum PeerEventKind
{
    /// <summary>The server listens; the client may be told to connect.</summary>
    Ready,

    /// <summary>The connection is there, its handshake done.</summary>
    Opened,

    /// <summary>The monitor's state or conditions changed.</summary>
    Changed,

    /// <summary>The one loss.</summary>
    Lost,

    /// <summary>A read or write failed with something other than the loss: all that a plain socket ever says.</summary>
    Failed,

    /// <summary>All bytes of a "send" were accepted.</summary>
    Sent,

    /// <summary>The end of the peer's bytes.</summary>
    End,

    /// <summary>A "close" has returned.</summary>
    Disposed,

    /// <summary>Answer to "status", one for each connection.</summary>
    Status,

    /// <summary>A command was carried out for every connection.</summary>
    Done,

    /// <summary>Bytes came on a data connection that a side channel watches.</summary>
    Received,

    /// <summary>Watched connections were lost together.</summary>
    Batch,

    /// <summary>The side connection came or went, as its own end sees it.</summary>
    SideChanged,
}

/// <summary>Something that happened at one end: a line of its standard output.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Connection">Counted from 0 in the order of connecting or accepting; -1 = the process.</param>
internal sealed record PeerEvent(PeerEventKind Kind, int Connection = -1)
{
    private static readonly JsonSerializerOptions s_json = new() { Converters = { new JsonStringEnumConverter() }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>When, by <see cref="Stopwatch"/>: it counts alike in all processes and namespaces of a machine.</summary>
    public long At { get; init; } = Stopwatch.GetTimestamp();

    public string? Text { get; init; }

    public LossReport? Loss { get; init; }

    public ConnectionConditions? Conditions { get; init; }

    /// <summary>How many were lost together; how many side connections there are.</summary>
    public int? Count { get; init; }

    public ConnectionStatus? Status { get; init; }

    public static PeerEvent Parse(string line) => JsonSerializer.Deserialize<PeerEvent>(line, s_json) ?? throw new InvalidDataException($"No event: {line}");

    public string ToLine() => JsonSerializer.Serialize(this, s_json);
}
