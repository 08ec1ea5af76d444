using System.Buffers.Binary;

namespace Liveness.NetworkTests.Lab;

/// <summary>What tcpdump saw pass through the router: TCP over IPv4, in order.</summary>
internal sealed class Capture : IAsyncDisposable
{
    private const int FileHeader = 24;
    private const int PacketHeader = 16;
    private const int EthernetHeader = 14;

    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(20);

    private readonly string _file = Path.GetTempFileName();

    private Capture()
    {
    }

    /// <summary>Captures from now on, as long as the lab is there.</summary>
    public static async Task<Capture> StartAsync(NetworkLab lab, int port, CancellationToken cancellationToken)
    {
        Capture capture = lab.Own(new Capture());
        LabProcess dump = LabProcess.Start(lab, lab.Router, "tcpdump", "-Z", "root", "-i", "client", "-U", "--immediate-mode", "-w", capture._file, $"tcp port {port}");
        while (!dump.Errors.Contains("listening on", StringComparison.Ordinal))
        {
            await Task.Delay(s_lookEvery, cancellationToken);
        }

        return capture;
    }

    public async Task<Segment[]> ReadAsync()
    {
        byte[] file = await File.ReadAllBytesAsync(_file);
        List<Segment> segments = [];
        for (int at = FileHeader; at + PacketHeader <= file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 8));
            at += PacketHeader;
            if (at + length > file.Length)
            {
                break;
            }

            segments.Add(Parse(file.AsSpan(at + EthernetHeader, length - EthernetHeader)));
            at += length;
        }

        return [.. segments];
    }

    public ValueTask DisposeAsync()
    {
        File.Delete(_file);
        return ValueTask.CompletedTask;
    }

    /// <summary>Short frames are padded: the packet says itself how long it is.</summary>
    private static Segment Parse(ReadOnlySpan<byte> packet)
    {
        ReadOnlySpan<byte> segment = packet[((packet[0] & 0x0F) * 4)..BinaryPrimitives.ReadUInt16BigEndian(packet[2..])];
        return new Segment(
            BinaryPrimitives.ReadUInt16BigEndian(segment),
            BinaryPrimitives.ReadUInt16BigEndian(segment[2..]),
            Convert.ToHexString(segment[((segment[12] >> 4) * 4)..]));
    }
}
