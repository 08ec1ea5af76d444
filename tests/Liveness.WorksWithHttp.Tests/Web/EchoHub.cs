using Microsoft.AspNetCore.SignalR;

namespace Liveness.WorksWithHttp.Tests.Web;

internal sealed class EchoHub : Hub
{
    public string Echo(string text) => Context.ConnectionAborted.IsCancellationRequested ? "" : text;
}
