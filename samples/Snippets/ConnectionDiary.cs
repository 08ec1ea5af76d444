using Liveness;

namespace Snippets;

/// <summary>Notes every connection of a program: who came, what it is called, and how it ended.</summary>
internal sealed class ConnectionDiary : IConnectionListener
{
    public void Attached(LivenessConnection connection) =>
        Console.WriteLine($"attached: {connection.Name} {connection.OwnId ?? "not named yet"}");

    public void Identified(LivenessConnection connection) => Console.WriteLine($"named: {connection.OwnId}");

    public void Ended(LivenessConnection connection, ConnectionLoss? loss) =>
        Console.WriteLine($"ended: {connection.OwnId}, {loss?.ErrorType ?? "in good order"}");
}
