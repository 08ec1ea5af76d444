using System.Net;

namespace Liveness;

/// <summary>Somebody with whom no connection came about.</summary>
/// <param name="Reason">Few different ones: what a peer said is no part of it.</param>
/// <param name="Address">Without the port, of which each has a new one.</param>
internal readonly record struct Stranger(string Reason, string Address)
{
    private const int MostCharacters = 64;

    public static Stranger Of(ConnectionLoss loss, ConnectionLabel label) => new(ReasonOf(loss), AddressOf(label.Remote));

    public static Stranger Of(Exception failure, EndPoint? remote) => new(
        failure is ConnectionLostException { Loss: { } loss } ? ReasonOf(loss) : failure.GetType().Name,
        AddressOf(RemoteName.Text(remote)));

    public static Stranger Of(string reason, EndPoint? remote) => new(Clip(reason), AddressOf(RemoteName.Text(remote)));

    private static string ReasonOf(ConnectionLoss loss) => $"{loss.ErrorType} ({loss.Diagnosis})";

    private static string AddressOf(string? remote) =>
        remote is null ? "unknown"
            : IPEndPoint.TryParse(remote, out IPEndPoint? endPoint) ? endPoint.Address.ToString()
            : Clip(remote);

    private static string Clip(string text) => LossText.OneLine(text.Length <= MostCharacters ? text : text[..MostCharacters]);
}
