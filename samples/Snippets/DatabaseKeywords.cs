using Liveness.KeepAlive;

namespace Snippets;

/// <summary>Database clients let nobody near their sockets: a plan comes to keywords of their connection strings.</summary>
internal static class DatabaseKeywords
{
    public static void Run()
    {
        TcpKeepAlivePlan plan = TcpKeepAlivePlan.Create(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) });
        string connectionString = $"Host=db;Username=app;{TcpKeepAliveKeywords.ForNpgsql(plan)}";
        Console.WriteLine(connectionString);
        Console.WriteLine($"Server=db;User ID=app;{TcpKeepAliveKeywords.ForMySqlConnector(plan)}");
        Console.WriteLine(TcpKeepAliveKeywords.ForNpgsql(plan).Explain());
    }
}
