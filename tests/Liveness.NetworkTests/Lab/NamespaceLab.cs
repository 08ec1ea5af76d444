using System.Diagnostics;

namespace Liveness.NetworkTests.Lab;

/// <summary>Hosts and routers: network namespaces, and the processes in them.</summary>
/// <remarks>Every lab has namespaces of its own, with the same addresses in each: labs run side by side.</remarks>
internal abstract class NamespaceLab : IAsyncDisposable
{
    private static readonly Lazy<Task> s_leftovers = new(Leftovers.RemoveAsync);
    private static int s_count;

    private readonly List<IAsyncDisposable> _processes = [];
    private readonly string _name = $"{Leftovers.Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";

    public string Client => NameOf("client");

    public string Server => NameOf("server");

    /// <summary>All of them.</summary>
    protected abstract string[] Namespaces { get; }

    /// <summary>Whatever is added is ended before the namespaces go.</summary>
    public T Own<T>(T process)
        where T : IAsyncDisposable
    {
        lock (_processes)
        {
            _processes.Add(process);
        }

        return process;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable process in _processes)
        {
            await process.DisposeAsync();
        }

        await Leftovers.DeleteAsync(Namespaces);
    }

    protected static async Task<T> BuildAsync<T>(T lab)
        where T : NamespaceLab
    {
        Prerequisites.Demand();
        await s_leftovers.Value;
        try
        {
            foreach (string name in lab.Namespaces)
            {
                await Shell.RunAsync($"""
                    ip netns add {name}
                    ip -n {name} link set lo up
                    """);
            }

            await lab.WireAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    protected string NameOf(string host) => $"{_name}-{host}";

    /// <summary>Connects the namespaces, which are there.</summary>
    protected abstract Task WireAsync();

    /// <returns>When it was certainly in force.</returns>
    protected static async Task<long> FilterAsync(string inNamespace, string program, string rule)
    {
        await Shell.RunAsync($"ip netns exec {inNamespace} {program} -w {rule}");
        return Stopwatch.GetTimestamp();
    }
}
