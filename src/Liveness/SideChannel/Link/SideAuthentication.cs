using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Liveness;

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

    /// <param name="clientNonce">32 bytes.</param>
    /// <param name="serverNonce">32 bytes.</param>
    /// <param name="proof">Room for <see cref="ProofSize"/> bytes.</param>
    public static void ComputeProof(
        ReadOnlySpan<byte> secret,
        bool byClient,
        ReadOnlySpan<byte> clientNonce,
        ReadOnlySpan<byte> serverNonce,
        UInt128 clientEndpointId,
        UInt128 serverEndpointId,
        UInt128 clientInstanceId,
        UInt128 serverInstanceId,
        Span<byte> proof)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(clientNonce.Length, Bytes32.Size);
        ArgumentOutOfRangeException.ThrowIfNotEqual(serverNonce.Length, Bytes32.Size);
        Span<byte> text = stackalloc byte[ClientLabel.Length + (2 * Bytes32.Size) + (4 * IdSize)];
        Span<byte> rest = text;
        Append(ref rest, byClient ? ClientLabel : ServerLabel);
        Append(ref rest, clientNonce);
        Append(ref rest, serverNonce);
        Append(ref rest, clientEndpointId);
        Append(ref rest, serverEndpointId);
        Append(ref rest, clientInstanceId);
        Append(ref rest, serverInstanceId);
        _ = HMACSHA256.HashData(secret, text, proof);
    }

    /// <summary>In a time that does not depend on where the two differ.</summary>
    public static bool Verify(
        ReadOnlySpan<byte> secret,
        bool byClient,
        ReadOnlySpan<byte> clientNonce,
        ReadOnlySpan<byte> serverNonce,
        UInt128 clientEndpointId,
        UInt128 serverEndpointId,
        UInt128 clientInstanceId,
        UInt128 serverInstanceId,
        ReadOnlySpan<byte> proof)
    {
        Span<byte> expected = stackalloc byte[ProofSize];
        ComputeProof(secret, byClient, clientNonce, serverNonce, clientEndpointId, serverEndpointId, clientInstanceId, serverInstanceId, expected);
        return CryptographicOperations.FixedTimeEquals(expected, proof);
    }

    private static void Append(ref Span<byte> rest, ReadOnlySpan<byte> part)
    {
        part.CopyTo(rest);
        rest = rest[part.Length..];
    }

    private static void Append(ref Span<byte> rest, UInt128 id)
    {
        BinaryPrimitives.WriteUInt128BigEndian(rest, id);
        rest = rest[IdSize..];
    }
}
