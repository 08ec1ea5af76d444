using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Liveness.Benchmarks;

/// <summary>
/// What the child process does: holds one end of many idle connections, each with a read pending, and says what that costs.
/// </summary>
internal sealed class IdleProcess
{
    /// <summary>Of the command line; not for people.</summary>
    public const string Verb = "idle-end";

    private const int ConnectingAtOnce = 64;

    private readonly byte[] _nothingArrivesHere = new byte[1];
    private readonly IStack _stack;
    private readonly IEnd[] _ends;
    private readonly TaskCompletionSource _allOpen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing;
    private int _lost;
    private volatile bool _isMeasured;

    private IdleProcess(IStack stack, int count)
    {
        _stack = stack;
        _ends = new IEnd[count];
    }

    /// <param name="arguments">"server" or "client", the stack, the number of connections; for a client also the port.</param>
    public static async Task RunAsync(string[] arguments)
    {
        IdleProcess process = new(IdleStacks.ByName(arguments[1]), int.Parse(arguments[2], CultureInfo.InvariantCulture));
        if (arguments[0] == "server")
        {
            await process.AcceptAllAsync();
        }
        else
        {
            await process.ConnectAllAsync(int.Parse(arguments[3], CultureInfo.InvariantCulture));
        }

        Say("ready");
        IdleWindow? window = null;
        while (await Console.In.ReadLineAsync() is { } command)
        {
            if (command == "begin")
            {
                window = IdleWindow.Begin(process.BeatsSent());
                Say("begun");
            }
            else
            {
                int lost = Volatile.Read(ref process._lost);
                process._isMeasured = true;
                Say(window!.End(process.BeatsSent, lost).ToLine());
            }
        }
    }

    private static void Say(string line) => Console.Out.WriteLine(line);

    private async Task AcceptAllAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        CongestionControl.Fix(listener);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Say(((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture));
        _missing = _ends.Length;
        for (int i = 0; i < _ends.Length; i++)
        {
            _ = OpenAndCountAsync(i, await listener.AcceptAsync());
        }

        await _allOpen.Task;
    }

    /// <summary>Counted, for a list of tasks would be measured with what they have opened.</summary>
    private async Task OpenAndCountAsync(int number, Socket socket)
    {
        try
        {
            await OpenAsync(number, socket, isServer: true);
            if (Interlocked.Decrement(ref _missing) == 0)
            {
                _allOpen.TrySetResult();
            }
        }
        catch (Exception exception)
        {
            _allOpen.TrySetException(exception);
        }
    }

    private Task ConnectAllAsync(int port) => Parallel.ForAsync(0, _ends.Length, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce }, async (i, _) =>
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), CancellationToken.None);
        await OpenAsync(i, socket, isServer: false);
    });

    private async Task OpenAsync(int number, Socket socket, bool isServer)
    {
        Loopback.Prepare(socket);
        IEnd end = await _stack.OpenAsync(new NetworkStream(socket, ownsSocket: true), isServer);
        _ends[number] = end;
        _ = NoteLossAsync(end);
    }

    private async Task NoteLossAsync(IEnd end)
    {
        try
        {
            await end.ReadAsync(_nothingArrivesHere);
        }
        catch (Exception exception)
        {
            // Any end of the wait is an end of the connection; the first is worth seeing, unless the other process has only left.
            if (!_isMeasured && Volatile.Read(ref _lost) == 0)
            {
                Console.Error.WriteLine(exception.Message);
            }
        }

        Interlocked.Increment(ref _lost);
    }

    private long BeatsSent() => _ends.OfType<StreamEnd>().Sum(end => end.BeatsSent);
}
