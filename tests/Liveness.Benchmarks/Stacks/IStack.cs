namespace Liveness.Benchmarks;

/// <summary>A way to talk over a connected stream.</summary>
internal interface IStack
{
    string Name { get; }

    /// <summary>Both ends must be opened at the same time: a stack may have a handshake.</summary>
    Task<IEnd> OpenAsync(Stream stream, bool isServer);
}
