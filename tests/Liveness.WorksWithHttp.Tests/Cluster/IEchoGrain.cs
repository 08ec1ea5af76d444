namespace Liveness.WorksWithHttp.Tests.Cluster;

public interface IEchoGrain : IGrainWithIntegerKey
{
    Task<string> Echo(string text);

    /// <summary>Never answers.</summary>
    Task Listen();
}
