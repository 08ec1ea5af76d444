using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CableLab;

namespace PullTheCable;

/// <summary>What the two applications say to each other. They know nothing of heartbeats: to them it is a <see cref="Stream"/>.</summary>
internal static class Conversation
{
    private const int HeaderSize = 8;
    private const int FloodSize = 4 * 1024 * 1024;
    private const int ChunkSize = 64 * 1024;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Sends a message, waits for its answer, and so on.</summary>
    public static async Task AskAsync(Stream stream, Random random, Action<string> note, CancellationToken cancellationToken)
    {
        byte[] answer = new byte[sizeof(int)];
        for (int number = 1; ; number++)
        {
            byte[] message = new byte[HeaderSize + random.Next(1, 20_000)];
            random.NextBytes(message);
            BinaryPrimitives.WriteInt32BigEndian(message, message.Length - HeaderSize);
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(sizeof(int)), number);
            long started = Stopwatch.GetTimestamp();
            await stream.WriteAsync(message, cancellationToken);
            await stream.ReadExactlyAsync(answer, cancellationToken);
            if (BinaryPrimitives.ReadInt32BigEndian(answer) != number)
            {
                throw new InvalidDataException($"The answer to message {number} is not one.");
            }

            string after = Duration.Show(Stopwatch.GetElapsedTime(started));
            note(string.Create(CultureInfo.InvariantCulture, $"message {number}: {message.Length:N0} bytes sent, answered after {after}"));
            await Task.Delay(s_pause, cancellationToken);
        }
    }

    /// <summary>Answers each message with its number, until the peer closes.</summary>
    public static async Task AnswerAsync(Stream stream)
    {
        byte[] header = new byte[HeaderSize];
        while (await stream.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false) == HeaderSize)
        {
            byte[] message = new byte[BinaryPrimitives.ReadInt32BigEndian(header)];
            await stream.ReadExactlyAsync(message);
            await stream.WriteAsync(header.AsMemory(sizeof(int)));
        }
    }

    /// <summary>Writes far more than anybody buffers.</summary>
    /// <returns>Size and hash.</returns>
    public static async Task<string> FloodAsync(Stream stream, Random random, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = new byte[ChunkSize];
        for (int sent = 0; sent < FloodSize; sent += ChunkSize)
        {
            random.NextBytes(chunk);
            hash.AppendData(chunk);
            await stream.WriteAsync(chunk, cancellationToken);
        }

        return Summary(FloodSize, hash);
    }

    /// <summary>Reads all there is.</summary>
    /// <returns>Size and hash.</returns>
    public static async Task<string> DrainAsync(Stream stream)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = new byte[ChunkSize];
        long received = 0;
        while (await stream.ReadAsync(chunk) is var count and > 0)
        {
            hash.AppendData(chunk, 0, count);
            received += count;
        }

        return Summary(received, hash);
    }

    private static string Summary(long bytes, IncrementalHash hash)
    {
        string start = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes, SHA-256 {start}...");
    }
}
