namespace Liveness.Tool.Conformance;

/// <summary>The program that is tested, in one of its roles.</summary>
internal interface ITestee : IAsyncDisposable
{
    /// <summary>How many connections at once it stands.</summary>
    int MostAtOnce { get; }

    /// <summary>One connection to it; who connects is its affair.</summary>
    /// <exception cref="UnsupportedException">Its exit code was 127.</exception>
    /// <exception cref="ToolException">It can't be reached, or does not connect.</exception>
    Task<TesteeConnection> OpenAsync(CancellationToken cancellationToken);
}
