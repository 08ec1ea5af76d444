using System.Buffers.Binary;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Liveness.NetworkTests.OnePort;

/// <summary>What server and clients say inside: a greeting, then questions of some length, each answered by its hash.</summary>
internal static class Wire
{
    private const int LongestQuestion = 20_000;

    public static readonly SslServerAuthenticationOptions ServerTls = new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(Certificate(), additionalCertificates: null, offline: true),
        ApplicationProtocols = [LivenessProtocol.Alpn, SslApplicationProtocol.Http11],
    };

    public static ReadOnlyMemory<byte> Greeting { get; } = "220 ready\r\n"u8.ToArray();

    /// <returns>Null = the peer has closed.</returns>
    public static async Task<byte[]?> ReadQuestionAsync(Stream stream)
    {
        byte[] length = new byte[4];
        int count = await stream.ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false);
        if (count < length.Length)
        {
            return count == 0 ? null : throw new EndOfStreamException("a question was cut");
        }

        int asked = BinaryPrimitives.ReadInt32BigEndian(length);
        byte[] question = asked is >= 0 and <= LongestQuestion ? new byte[asked] : throw new InvalidDataException($"a question of {asked} bytes");
        await stream.ReadExactlyAsync(question);
        return question;
    }

    public static byte[] MakeQuestion(Random random)
    {
        byte[] question = new byte[4 + random.Next(1, LongestQuestion)];
        random.NextBytes(question);
        BinaryPrimitives.WriteInt32BigEndian(question, question.Length - 4);
        return question;
    }

    public static byte[] Answer(ReadOnlySpan<byte> question) => SHA256.HashData(question);

    private static X509Certificate2 Certificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=one-port", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
