namespace Liveness.Tests.InBand;

/// <summary>The other end of a link, speaking or misspeaking the protocol by hand.</summary>
internal sealed class RawPeer(StreamFixture fixture)
{
    private FrameReader _reader = new(WireLimits.MaxDataPayload);

    public static HelloFrame Hello { get; } = new(1, 1, 0, 11, 22, new WireIntervals(500, 20, 20), WireLimits.MaxDataPayload, 64 * 1024);

    public GoodbyeFrame? Goodbye { get; private set; }

    public long DataBytes { get; private set; }

    public Exception? Failure { get; private set; }

    public void Send(ReadOnlySpan<byte> bytes) => fixture.Result(fixture.Link.Server.WriteAsync(bytes.ToArray()));

    public void SendHello()
    {
        byte[] frame = new byte[WireLimits.HeaderSize + WireLimits.HelloPayload];
        FrameWriter.WriteHello(frame, Hello);
        Send(frame);
    }

    public void SendGoodbye(GoodbyeCode code)
    {
        byte[] frame = new byte[WireLimits.MaxControlFrame];
        Send(frame.AsSpan(0, FrameWriter.WriteGoodbye(frame, code, "because")));
    }

    public void SendBeat(uint sequence)
    {
        byte[] frame = new byte[WireLimits.HeaderSize + WireLimits.BeatPayload];
        FrameWriter.WriteBeat(frame, new BeatFrame(sequence, 0, BeatFrame.NoEcho, 0, 0, 0, 0, default, 0));
        Send(frame);
    }

    public void SendData(int length)
    {
        byte[] frame = new byte[WireLimits.HeaderSize + length];
        FrameWriter.WriteDataHeader(frame, length);
        Send(frame);
    }

    /// <summary>Reads what has arrived, to the end or the error.</summary>
    public void Receive()
    {
        byte[] buffer = new byte[4096];
        while (Failure is null)
        {
            Task<int> read = fixture.Link.Server.ReadAsync(buffer).AsTask();
            fixture.Run();
            if (!read.IsCompletedSuccessfully)
            {
                Failure = read.Exception?.InnerException ?? new TimeoutException("nothing more has arrived");
                return;
            }

            int count = fixture.Result(read);
            if (count == 0)
            {
                return;
            }

            Take(buffer.AsSpan(0, count));
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            FrameEvent found = _reader.Read(ref bytes, out ReadOnlySpan<byte> payload);
            DataBytes += found == FrameEvent.Data ? payload.Length : 0;
            Goodbye = found == FrameEvent.Goodbye ? FrameDecoder.Goodbye(payload) : Goodbye;
            found.Should().NotBe(FrameEvent.Violation);
        }
    }
}
