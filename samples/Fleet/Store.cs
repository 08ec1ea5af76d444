using System.Net;
using System.Net.Sockets;
using Garnet;

namespace Fleet;

/// <summary>Where presence is kept: a Garnet in this process, or a server that is there already.</summary>
internal sealed class Store : IDisposable
{
    private readonly GarnetServer? _own;

    private Store(string address, GarnetServer? own) => (Address, _own) = (address, own);

    public string Address { get; }

    public static Store Open(string? address)
    {
        if (address is not null)
        {
            return new Store(address, null);
        }

        string port = FreePort();
        TextWriter console = Console.Out;
        try
        {
            // It greets at length.
            Console.SetOut(TextWriter.Null);
            GarnetServer own = new(
                ["--bind", "127.0.0.1", "--port", port, "--memory", "64m", "--index", "1m", "--logger-level", "Error"]);
            own.Start();
            return new Store($"127.0.0.1:{port}", own);
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    public void Dispose() => _own?.Dispose();

    private static string FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return $"{((IPEndPoint)socket.LocalEndPoint!).Port}";
    }
}
