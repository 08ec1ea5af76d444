namespace Liveness;

/// <summary>What tells one connection from another in a log.</summary>
/// <param name="Remote">The description that it was attached with, else the remote address and port; null = unknown.</param>
/// <param name="Id">As <see cref="LivenessConnection.Id"/>; null where no factory attached it.</param>
/// <param name="Name">As configured; null = none.</param>
/// <param name="OwnId">As the application says; null = it says nothing.</param>
internal readonly record struct ConnectionLabel(string? Remote, long? Id, string? Name, string? OwnId)
{
    /// <summary>Ends the text of every line that is about one connection. What is null in it is left out of the text, as
    /// <see cref="KnownParts"/> says; the fields are there all the same.</summary>
    public const string Fields = "remote {RemoteEndPoint}, connection {ConnectionId}, name {ConnectionName}, own id {OwnId}]";
}
