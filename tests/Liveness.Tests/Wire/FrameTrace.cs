using System.Globalization;

namespace Liveness.Tests;

/// <summary>
/// Drives a reader over an input that comes in pieces, and writes down what it says. The pieces of one DATA frame become one entry.
/// </summary>
internal static class FrameTrace
{
    public static List<string> Of(byte[] stream, int maxFrame, params int[] pieces)
    {
        FrameReader reader = new(maxFrame);
        return Of(ref reader, stream, pieces);
    }

    public static List<string> Of(ref FrameReader reader, byte[] stream, params int[] pieces)
    {
        List<string> trace = [];
        List<byte> payload = [];
        int position = 0;
        int piece = 0;
        while (position < stream.Length)
        {
            int length = Math.Min(NextPiece(), stream.Length - position);
            ReadOnlySpan<byte> input = stream.AsSpan(position, length);
            position += length;
            FrameEvent found;
            while ((found = reader.Read(ref input, out ReadOnlySpan<byte> data)) != FrameEvent.NeedMore)
            {
                if (found == FrameEvent.Data)
                {
                    data.IsEmpty.Should().BeFalse("a piece of DATA is never empty");
                    payload.AddRange(data);
                    if (reader.FrameDataRemaining > 0)
                    {
                        continue;
                    }
                }

                trace.Add(found == FrameEvent.Data ? "Data " + Convert.ToHexString([.. payload]) : Describe(reader, found, data));
                payload.Clear();
                if (found is FrameEvent.NotLiveness or FrameEvent.Violation)
                {
                    return trace;
                }
            }

            input.IsEmpty.Should().BeTrue("NeedMore means that the input is used up");
        }

        if (payload.Count > 0)
        {
            trace.Add("Part " + Convert.ToHexString([.. payload]));
        }

        return trace;

        // The sizes are used over and over; an empty input is tried in the first round only.
        int NextPiece()
        {
            if (pieces.Length == 0)
            {
                return stream.Length;
            }

            int size = pieces[piece % pieces.Length];
            return piece++ < pieces.Length ? size : Math.Max(1, size);
        }
    }

    private static string Describe(in FrameReader reader, FrameEvent found, ReadOnlySpan<byte> payload) => found switch
    {
        FrameEvent.Hello => FrameDecoder.Hello(payload).ToString(),
        FrameEvent.Beat => FrameDecoder.Beat(payload).ToString(),
        FrameEvent.Credit => "Credit " + FrameDecoder.Credit(payload),
        FrameEvent.Goodbye => FrameDecoder.Goodbye(payload).ToString(),
        FrameEvent.Rate => FrameDecoder.Rate(payload).ToString(),
        FrameEvent.ReconnectAfter => string.Create(
            CultureInfo.InvariantCulture, $"ReconnectAfter {FrameDecoder.ReconnectAfter(payload).TotalMilliseconds}"),
        FrameEvent.Violation => "Violation " + reader.Violation,
        _ => found.ToString(),
    };
}
