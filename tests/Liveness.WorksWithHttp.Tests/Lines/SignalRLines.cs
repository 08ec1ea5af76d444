using System.Net;
using Microsoft.AspNetCore.SignalR.Client;

namespace Liveness.WorksWithHttp.Tests.Lines;

internal static class SignalRLines
{
    public static HubConnection Make(ILivenessFactory liveness) => new HubConnectionBuilder()
        .WithUrl("https://example.com/hub", http =>
        {
            http.HttpMessageHandlerFactory = _ => new SocketsHttpHandler().UseLiveness(liveness, "hub");
            http.WebSocketConfiguration = socket => socket.HttpVersion = HttpVersion.Version20;
        })
        .WithAutomaticReconnect()
        .Build();
}
