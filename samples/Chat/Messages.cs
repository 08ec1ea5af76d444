using System.Buffers.Binary;
using System.Text;

namespace Chat;

/// <summary>A message is its length, four bytes, the highest first, and then its text in UTF-8.</summary>
internal static class Messages
{
    private const int Prefix = 4;

    /// <summary>Whoever sends more is not one of us.</summary>
    private const int Longest = 64 * 1024;

    /// <summary>So many characters, and a name before them, are always short enough.</summary>
    private const int MostCharacters = 8_000;

    /// <summary>Of what somebody else may have written: no character that a terminal obeys, and no more than fits.</summary>
    public static string Printable(string text, int most = MostCharacters) =>
        string.Concat(text.Where(static character => !char.IsControl(character)).Take(most));

    public static async Task WriteAsync(Stream stream, string text, CancellationToken cancellationToken)
    {
        byte[] message = new byte[Prefix + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length - Prefix);
        Encoding.UTF8.GetBytes(text, message.AsSpan(Prefix));

        // In one call: the stream keeps each write whole, whoever else writes.
        await stream.WriteAsync(message, cancellationToken);
    }

    /// <returns>Null = the other end has closed in good order.</returns>
    /// <exception cref="InvalidDataException">It is not such a message.</exception>
    /// <exception cref="EndOfStreamException">The other end has closed in the middle of one.</exception>
    public static async Task<string?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] prefix = new byte[Prefix];
        if (await stream.ReadAsync(prefix.AsMemory(0, 1), cancellationToken) == 0)
        {
            return null;
        }

        await stream.ReadExactlyAsync(prefix.AsMemory(1), cancellationToken);
        int length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (length is < 0 or > Longest)
        {
            throw new InvalidDataException($"A message of {length} bytes; at most {Longest} are allowed.");
        }

        byte[] text = new byte[length];
        await stream.ReadExactlyAsync(text, cancellationToken);
        return Encoding.UTF8.GetString(text);
    }
}
