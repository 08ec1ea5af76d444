using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Liveness.NetworkTests.OnePort;

/// <summary>How long a plain client that speaks first waits for the server's first byte: at a port with and at one without the library, by
/// turns, in the same run.</summary>
internal sealed class FirstByteProbe(IPEndPoint served, IPEndPoint bare)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <summary>In milliseconds, sorted once the run is over.</summary>
    public List<double> Served { get; } = [];

    /// <inheritdoc cref="Served"/>
    public List<double> Bare { get; } = [];

    public async Task RunAsync(Task until)
    {
        Random random = new(1);
        byte[] question = Wire.MakeQuestion(random)[..4];
        question.AsSpan().Clear();
        while (!until.IsCompleted)
        {
            bool servedFirst = random.Next(2) == 0;
            foreach (bool isServed in (bool[])[servedFirst, !servedFirst])
            {
                (isServed ? Served : Bare).Add(await MeasureAsync(isServed ? served : bare, question));
            }

            await Task.Delay(s_pause);
        }

        Served.Sort();
        Bare.Sort();
    }

    public static double At(List<double> sorted, double quantile) => sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * quantile)];

    private static async Task<double> MeasureAsync(IPEndPoint server, ReadOnlyMemory<byte> question)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        long begun = Stopwatch.GetTimestamp();
        await socket.SendAsync(question);
        await socket.ReceiveAsync(new byte[1]);
        double took = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        await using NetworkStream rest = new(socket);
        await rest.ReadExactlyAsync(new byte[Wire.Greeting.Length - 1 + 32]);
        return took;
    }
}
