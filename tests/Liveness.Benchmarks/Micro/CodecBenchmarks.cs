using BenchmarkDotNet.Attributes;

namespace Liveness.Benchmarks;

/// <summary>Frames to bytes and back.</summary>
public class CodecBenchmarks
{
    private const int Payload = 16 * 1024;

    private readonly byte[] _output = new byte[WireLimits.MaxControlFrame];
    private readonly byte[] _beat = new byte[WireLimits.HeaderSize + WireLimits.BeatPayload];
    private readonly byte[] _data = new byte[WireLimits.HeaderSize + Payload];
    private FrameReader _reader = new(WireLimits.MaxDataPayload);

    /// <summary>A reader takes HELLO first, and nothing else.</summary>
    [GlobalSetup]
    public void Setup()
    {
        FrameWriter.WriteBeat(_beat, SomeBeat());
        FrameWriter.WriteDataHeader(_data, Payload);
        byte[] hello = new byte[WireLimits.HeaderSize + WireLimits.HelloPayload];
        FrameWriter.WriteHello(hello, new HelloFrame(WireLimits.Version, WireLimits.Version, 0, 1, 2, new WireIntervals(1000, 20, 20), WireLimits.MaxDataPayload, Payload));
        _reader = new FrameReader(WireLimits.MaxDataPayload);
        Read(hello);
    }

    /// <summary>One beat, encoded.</summary>
    [Benchmark]
    public int WriteBeat() => FrameWriter.WriteBeat(_output, SomeBeat());

    /// <summary>One beat, parsed and decoded.</summary>
    [Benchmark]
    public int ReadBeat() => Read(_beat);

    /// <summary>A frame of 16 KiB of data, which the reader passes on without a copy.</summary>
    [Benchmark]
    public int ReadData() => Read(_data);

    private static BeatFrame SomeBeat() => new(1, 2, 3, 4, 5, 5, 6, BeatFlags.None, 0);

    private int Read(ReadOnlySpan<byte> bytes)
    {
        int events = 0;
        while (!bytes.IsEmpty && _reader.Read(ref bytes, out _) != FrameEvent.NeedMore)
        {
            events++;
        }

        return events;
    }
}
