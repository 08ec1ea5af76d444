namespace Liveness.WorksWith.Tests.Worker;

/// <summary>A client library, as a program uses it.</summary>
internal interface IClient
{
    /// <summary>The library says that its connection is gone.</summary>
    event Action? Noticed;

    /// <param name="factory">Null = without us.</param>
    Task ConnectAsync(ILivenessFactory? factory);

    /// <summary>One command or message, there and back.</summary>
    Task UseAsync(CancellationToken cancellationToken);
}
