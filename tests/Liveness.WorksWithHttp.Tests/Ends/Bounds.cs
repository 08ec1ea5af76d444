namespace Liveness.WorksWithHttp.Tests.Ends;

/// <summary>What is promised.</summary>
internal static class Bounds
{
    public static readonly TimeSpan InBand = TimeSpan.FromSeconds(3);

    /// <summary>The least that a kernel can do.</summary>
    public static readonly TimeSpan KernelOnly = TimeSpan.FromSeconds(5);

    /// <summary>The least where nobody can tell the kernel how many probes to send: 9 of them, a second apart, after one second.</summary>
    public static readonly TimeSpan Keywords = TimeSpan.FromSeconds(10);

    /// <summary>Of a database client: the limit of an answer.</summary>
    public static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(5);

    /// <summary>So long a database client tries to connect, before it gives up.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>So long MySqlConnector tries to cancel a command whose time is up.</summary>
    public static readonly TimeSpan MySqlCancelling = TimeSpan.FromSeconds(2);

    /// <summary>So long Npgsql does, by a connection of its own, and it also does where the kernel has given up.</summary>
    public static readonly TimeSpan NpgsqlCancelling = ConnectTimeout;
}
