using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Liveness.SideChannel;

/// <summary>The proof that an end knows the shared secret, which itself is never sent.</summary>
/// <remarks>
/// HMAC-SHA256 over a label for the direction, both nonces, and the ids of both HELLOs: it fits this one connection, and neither end's
/// proof fits as the other's.
/// </remarks>
internal static class SideAuthentication
{
    public const int ProofSize = HMACSHA256.HashSizeInBytes;

    private const int IdSize = 16;

    /// <summary>Both of one length, so that nothing can be moved from one field to the next.</summary>
    private static ReadOnlySpan<byte> ClientLabel => "liveness side channel 1 client"u8;

    private static ReadOnlySpan<byte> ServerLabel => "liveness side channel 1 server"u8;

    /// <param name="secret">Both know it.</param>
    /// <param name="byClient">Whose proof it is.</param>
    /// <param name="client">The connecting end.</param>
    /// <param name="server">The accepting end.</param>
    /// <param name="proof">Room for <see cref="ProofSize"/> bytes.</param>
    public static void ComputeProof(
        ReadOnlySpan<byte> secret, bool byClient, in SideParticipant client, in SideParticipant server, Span<byte> proof)
    {
        Span<byte> text = stackalloc byte[ClientLabel.Length + (2 * Bytes32.Size) + (4 * IdSize)];
        Span<byte> rest = text;
        Append(ref rest, byClient ? ClientLabel : ServerLabel);
        Append(ref rest, client.Nonce);
        Append(ref rest, server.Nonce);
        Append(ref rest, client.Identity.EndpointId);
        Append(ref rest, server.Identity.EndpointId);
        Append(ref rest, client.Identity.InstanceId);
        Append(ref rest, server.Identity.InstanceId);
        _ = HMACSHA256.HashData(secret, text, proof);
    }

    /// <summary>In a time that does not depend on where the two differ.</summary>
    public static bool Verify(
        ReadOnlySpan<byte> secret, bool byClient, in SideParticipant client, in SideParticipant server, ReadOnlySpan<byte> proof)
    {
        Span<byte> expected = stackalloc byte[ProofSize];
        ComputeProof(secret, byClient, client, server, expected);
        return CryptographicOperations.FixedTimeEquals(expected, proof);
    }

    private static void Append(ref Span<byte> rest, ReadOnlySpan<byte> part)
    {
        part.CopyTo(rest);
        rest = rest[part.Length..];
    }

    private static void Append(ref Span<byte> rest, in Bytes32 nonce)
    {
        nonce.Write(rest);
        rest = rest[Bytes32.Size..];
    }

    private static void Append(ref Span<byte> rest, UInt128 id)
    {
        BinaryPrimitives.WriteUInt128BigEndian(rest, id);
        rest = rest[IdSize..];
    }
}
