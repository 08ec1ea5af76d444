using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Liveness.Tool.Conformance;

/// <summary>The messages of the side channel's page, written by hand, as <see cref="Raw"/> is.</summary>
internal static class SideRaw
{
    public const byte Auth = 1;
    public const byte Proof = 2;
    public const byte Ready = 3;
    public const byte Watch = 4;
    public const byte WatchKey = 5;
    public const byte Answer = 6;
    public const byte Ask = 7;
    public const byte Unwatch = 8;
    public const byte Refused = 9;
    public const int HeaderSize = 3;
    public const int MostPayload = 512;
    public const ulong Unknown = ulong.MaxValue;

    /// <summary>What every testee of the chapter is given. Nothing but these cases is guarded by it.</summary>
    public const string Secret = "liveness conformance, no secret";

    /// <summary>A server that allows so many at most can be asked for one too many.</summary>
    public const int MostWatches = 64;

    /// <summary>By which the server watches a connection that it has.</summary>
    public const string Key = "liveness conformance, a key";

    private static readonly string[] s_names =
        ["?", "AUTH", "PROOF", "READY", "WATCH", "WATCHKEY", "ANSWER", "ASK", "UNWATCH", "REFUSED"];

    public static string NameOf(byte type) => type is > 0 and <= Refused ? s_names[type] : $"0x{type:X2}";

    public static byte TypeOf(string name) => Array.IndexOf(s_names, name) is > 0 and int type
        ? (byte)type
        : throw new FormatException($"\"{name}\" is no message of the side channel");

    public static byte[] Message(byte type, params byte[] payload) =>
        [type, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    public static byte[] Long(ulong number)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return bytes;
    }

    /// <summary>Addresses and ports as they travel.</summary>
    public static byte[] Connection(IPEndPoint local, IPEndPoint remote) =>
    [
        .. local.Address.MapToIPv6().GetAddressBytes(), .. remote.Address.MapToIPv6().GetAddressBytes(),
        (byte)(local.Port >> 8), (byte)local.Port, (byte)(remote.Port >> 8), (byte)remote.Port,
    ];

    public static byte[] KeyHash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public static byte[] Prove(string secret, string label, SideIds client, SideIds server)
    {
        byte[] text =
        [
            .. Encoding.ASCII.GetBytes($"liveness side channel 1 {label}"),
            .. client.Nonce, .. server.Nonce,
            .. client.Endpoint, .. server.Endpoint,
            .. client.Instance, .. server.Instance,
        ];
        return HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), text);
    }
}
