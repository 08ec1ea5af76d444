namespace Liveness.Tests.InBand;

/// <summary>
/// Every way that <see cref="Stream"/> has to read and to write. The ones with an array leave a margin around the bytes in question, and
/// look at it.
/// </summary>
internal static class StreamWays
{
    private const int Margin = 3;

    /// <summary>Each fills the buffer.</summary>
    public static IReadOnlyDictionary<string, Func<Stream, byte[], Task>> Reads { get; } = new Dictionary<string, Func<Stream, byte[], Task>>
    {
        ["ReadAsync(Memory)"] = (stream, target) => FillAsync(target, rest => stream.ReadAsync(rest)),
        ["ReadAsync(array)"] = (stream, target) => FillAsync(target, rest => Within(rest, (array, count) => stream.ReadAsync(array, Margin, count))),
        ["ReadAsync(array, token)"] = (stream, target) => FillAsync(target, rest => Within(rest, (array, count) => stream.ReadAsync(array, Margin, count, CancellationToken.None))),
        ["Read(Span)"] = (stream, target) => FillAsync(target, rest => ValueTask.FromResult(stream.Read(rest.Span))),
        ["Read(array)"] = (stream, target) => FillAsync(target, rest => Within(rest, (array, count) => Task.FromResult(stream.Read(array, Margin, count)))),
        ["ReadByte"] = (stream, target) => FillAsync(target, rest => ValueTask.FromResult(OneByte(stream, rest.Span))),
        ["BeginRead"] = (stream, target) => FillAsync(target, rest => Within(rest, (array, count) => Task.FromResult(stream.EndRead(stream.BeginRead(array, Margin, count, null, null))))),
        ["BeginRead(callback)"] = (stream, target) => FillAsync(target, rest => Within(rest, (array, count) => ReadWithCallback(stream, array, count))),
        ["ReadExactly(Span)"] = (stream, target) => Done(() => stream.ReadExactly(target)),
        ["ReadExactly(array)"] = (stream, target) => FillAsync(target, rest => Within(rest, (array, count) => Task.FromResult(Exactly(stream, array, count)))),
        ["ReadExactlyAsync"] = (stream, target) => stream.ReadExactlyAsync(target).AsTask(),
        ["ReadAtLeast"] = (stream, target) => Done(() => stream.ReadAtLeast(target, target.Length).Should().Be(target.Length)),
        ["ReadAtLeastAsync"] = async (stream, target) => (await stream.ReadAtLeastAsync(target, target.Length)).Should().Be(target.Length),
    };

    /// <summary>Each writes all of the bytes.</summary>
    public static IReadOnlyDictionary<string, Func<Stream, byte[], Task>> Writes { get; } = new Dictionary<string, Func<Stream, byte[], Task>>
    {
        ["WriteAsync(Memory)"] = (stream, bytes) => stream.WriteAsync(bytes).AsTask(),
        ["WriteAsync(array)"] = (stream, bytes) => stream.WriteAsync(WithMargin(bytes), Margin, bytes.Length),
        ["WriteAsync(array, token)"] = (stream, bytes) => stream.WriteAsync(WithMargin(bytes), Margin, bytes.Length, CancellationToken.None),
        ["Write(Span)"] = (stream, bytes) => Done(() => stream.Write(bytes.AsSpan())),
        ["Write(array)"] = (stream, bytes) => Done(() => stream.Write(WithMargin(bytes), Margin, bytes.Length)),
        ["WriteByte"] = (stream, bytes) => Done(() => Array.ForEach(bytes, stream.WriteByte)),
        ["BeginWrite"] = (stream, bytes) => Done(() => stream.EndWrite(stream.BeginWrite(WithMargin(bytes), Margin, bytes.Length, null, null))),
        ["BeginWrite(callback)"] = (stream, bytes) => WriteWithCallback(stream, WithMargin(bytes), bytes.Length),
        ["CopyTo"] = (stream, bytes) => Done(() => new MemoryStream(bytes, writable: false).CopyTo(stream, 7)),
        ["CopyToAsync"] = (stream, bytes) => new MemoryStream(bytes, writable: false).CopyToAsync(stream, 7),
    };

    private static async Task FillAsync(byte[] target, Func<Memory<byte>, ValueTask<int>> read)
    {
        for (int filled = 0; filled < target.Length;)
        {
            int count = await read(target.AsMemory(filled));
            filled += count > 0 ? count : throw new EndOfStreamException();
        }
    }

    private static async ValueTask<int> Within(Memory<byte> target, Func<byte[], int, Task<int>> read)
    {
        byte[] array = new byte[target.Length + (2 * Margin)];
        int count = await read(array, target.Length);
        array.AsMemory(Margin, count).CopyTo(target);
        array.AsSpan(0, Margin).ToArray().Should().OnlyContain(value => value == 0);
        array.AsSpan(Margin + count).ToArray().Should().OnlyContain(value => value == 0);
        return count;
    }

    private static int OneByte(Stream stream, Span<byte> target)
    {
        int value = stream.ReadByte();
        target[0] = (byte)value;
        return value < 0 ? 0 : 1;
    }

    private static int Exactly(Stream stream, byte[] array, int count)
    {
        stream.ReadExactly(array, Margin, count);
        return count;
    }

    private static async Task<int> ReadWithCallback(Stream stream, byte[] array, int count)
    {
        TaskCompletionSource<int> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IAsyncResult begun = stream.BeginRead(array, Margin, count, result => done.SetResult(stream.EndRead(result)), "state");
        begun.AsyncState.Should().Be("state");
        return await done.Task;
    }

    private static async Task WriteWithCallback(Stream stream, byte[] array, int count)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IAsyncResult begun = stream.BeginWrite(array, Margin, count, EndWrite, "state");
        begun.AsyncState.Should().Be("state");
        await done.Task;

        void EndWrite(IAsyncResult result)
        {
            stream.EndWrite(result);
            done.SetResult();
        }
    }

    private static byte[] WithMargin(byte[] bytes)
    {
        byte[] array = new byte[bytes.Length + (2 * Margin)];
        array.AsSpan().Fill(PoisoningPool.Poison);
        bytes.CopyTo(array, Margin);
        return array;
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
