namespace Liveness.Tests;

public sealed class WireAllocationTests
{
    [Fact]
    public void Beats_credit_rate_and_data_are_written_and_read_without_allocation()
    {
        byte[] buffer = new byte[4096];
        FrameReader reader = new(WireLimits.MaxDataPayload);
        ReadOnlySpan<byte> hello = Frames.Hello();
        reader.Read(ref hello, out _).Should().Be(FrameEvent.Hello);
        Pass(ref reader, buffer, 33);

        // The runtime itself may allocate once, when it compiles the loop anew: the best of three counts.
        long allocated = long.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            allocated = Math.Min(allocated, AllocatedByPasses(ref reader, buffer));
        }

        allocated.Should().Be(0);
    }

    [Fact]
    public void Hostile_input_cannot_make_the_reader_hold_more_than_one_control_frame()
    {
        byte[] extension = Frames.Raw(0x80, new byte[WireLimits.MaxExtensionPayload]);
        byte[] hello = Frames.Raw(1, [.. Frames.Hello()[4..], .. new byte[448]]);
        byte[] goodbye = Frames.Raw(5, 258, new byte[257]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        FrameReader reader = new(WireLimits.MaxDataPayload);

        Feed(ref reader, hello, 100);
        for (int i = 0; i < 100; i++)
        {
            Feed(ref reader, extension, 1000);
        }

        Feed(ref reader, goodbye, 1);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.Should().BeLessThan(1024, "16 first bytes, and buffers of 64 and 258 bytes");
    }

    private static long AllocatedByPasses(ref FrameReader reader, byte[] buffer)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        int events = 0;
        for (int i = 0; i < 1000; i++)
        {
            events += Pass(ref reader, buffer, 4096);
            events += Pass(ref reader, buffer, 33);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        events.Should().BeGreaterThan(8000);
        return allocated;
    }

    private static int Pass(ref FrameReader reader, byte[] buffer, int piece)
    {
        int length = FrameWriter.WriteBeat(buffer, Frames.SomeBeat);
        length += FrameWriter.WriteCredit(buffer.AsSpan(length), 1 << 20);
        length += FrameWriter.WriteRate(buffer.AsSpan(length), new RateFrame(new WireIntervals(250, 20, 20), 1));
        length += FrameWriter.WriteDataHeader(buffer.AsSpan(length), 1024) + 1024;
        return Feed(ref reader, buffer.AsSpan(0, length), piece);
    }

    private static int Feed(ref FrameReader reader, ReadOnlySpan<byte> stream, int piece)
    {
        int events = 0;
        while (!stream.IsEmpty)
        {
            ReadOnlySpan<byte> input = stream[..Math.Min(piece, stream.Length)];
            stream = stream[input.Length..];
            FrameEvent found;
            while ((found = reader.Read(ref input, out _)) != FrameEvent.NeedMore)
            {
                if (found is FrameEvent.Violation or FrameEvent.NotLiveness)
                {
                    throw new InvalidOperationException("The stream is legal.");
                }

                events++;
            }
        }

        return events;
    }
}
