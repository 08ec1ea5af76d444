namespace Liveness.WorksWithHttp.Tests.Ends;

/// <summary>Data of a server, which go with it. Declared before the lab that ends the server.</summary>
internal sealed class TemporaryFolder(string prefix) : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory(prefix).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
