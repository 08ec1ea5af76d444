using System.Net.NetworkInformation;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>A process at one of the hosts: the connections that it watches, and its end of the side connection.</summary>
internal sealed class SideSimProcess(bool isClient, ulong instance, UInt128 address, Instant now)
{
    private readonly Dictionary<ConnectionTuple, SideSimWatch> _watches = [];

    public bool IsClient => isClient;

    public ulong Instance => instance;

    public UInt128 Address => address;

    public bool Runs { get; set; } = true;

    public bool HasHadSide { get; set; }

    public Instant HeardAt { get; set; } = now;

    public LossDiagnosis SideDiagnosis { get; set; }

    public Instant UngreetedSince { get; set; } = Instant.Never;

    public ConnectProbe Probe { get; set; }

    public IEnumerable<SideSimWatch> Watches => _watches.Values.Where(watch => !watch.IsLost);

    public void Watch(SideSimConnection connection, Instant at)
    {
        SideSimKernel kernel = connection.At(isClient);
        _watches[kernel.Tuple] = new SideSimWatch(connection, kernel, at);
    }

    /// <summary>Answers a WATCH as it arrives on the wire, from an asker at <paramref name="source"/>.</summary>
    public AnswerMessage Answer(byte[] wire, UInt128 source, IEnumerable<SideSimConnection> table)
    {
        SideMessageReader reader = new();
        ReadOnlySpan<byte> input = wire;
        reader.TryRead(ref input, out SideMessageType type, out ReadOnlySpan<byte> payload).Should().BeTrue();
        type.Should().Be(SideMessageType.Watch);
        WatchMessage message = SideMessageDecoder.ReadWatch(payload);
        ConnectionTuple tuple = message.Tuple.Swap();
        SideSimKernel? row = table.Select(connection => connection.At(isClient)).FirstOrDefault(kernel => kernel.Tuple == tuple);
        TcpState? state = row is null || row.State == TcpState.Closed ? null : row.State;
        bool registered = _watches.TryGetValue(tuple, out SideSimWatch? watch) && !watch.IsLost;
        SideAnswer answer = SideAnswers.Find(tuple, source, registered, tuple.Local == address, true, state);
        return answer == SideAnswer.Watched
            ? new AnswerMessage(message.Id, answer, (ulong)row!.Received, (ulong)row.Taken)
            : new AnswerMessage(message.Id, answer, AnswerMessage.Unknown, AnswerMessage.Unknown);
    }
}
