using System.Net;
using Liveness.NetworkTests.Lab;
using Liveness.WorksWithHttp.Tests.Cluster;
using Liveness.WorksWithHttp.Tests.Databases;
using Liveness.WorksWithHttp.Tests.Ends;
using Liveness.WorksWithHttp.Tests.Mail;
using Liveness.WorksWithHttp.Tests.Web;

namespace Liveness.WorksWithHttp.Tests;

/// <summary>Besides the tests: one end of their connections, for them to start.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["server", "web"]:
                await WebServer.RunAsync(IPAddress.Parse(NetworkLab.ServerAddress));
                return 0;
            case ["client", "web", string watching]:
                await ClientProgram.RunAsync(await new WebClients(NetworkLab.ServerAddress, Enum.Parse<Watching>(watching)).MakeAsync());
                return 0;
            case ["server", "cluster", string watching]:
                await SiloProgram.RunAsync(IPAddress.Parse(NetworkLab.ServerAddress), Enum.Parse<Watching>(watching));
                return 0;
            case ["client", "cluster", string watching]:
                await ClientProgram.RunAsync(await new ClusterClients(NetworkLab.ServerAddress, Enum.Parse<Watching>(watching)).MakeAsync());
                return 0;
            case ["client", "mail", string watching]:
                await ClientProgram.RunAsync(new MailClients(NetworkLab.ServerAddress, Enum.Parse<Watching>(watching)).Make());
                return 0;
            case ["client", "database", string database, string watching]:
                await ClientProgram.RunAsync(new DatabaseClients(NetworkLab.ServerAddress, Enum.Parse<Watching>(watching)).Make(Enum.Parse<Database>(database)));
                return 0;
            default:
                await Console.Error.WriteLineAsync($"This is a helper of its own tests. They are run by: sudo {NetworkTests.Prerequisites.Switch}=1 dotnet test tests/Liveness.WorksWithHttp.Tests");
                return 2;
        }
    }
}
