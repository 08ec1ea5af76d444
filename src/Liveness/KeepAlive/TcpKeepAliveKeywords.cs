namespace Liveness.KeepAlive;

/// <summary>
/// The keywords of a connection string that a keepalive plan comes to, for database clients that let nobody near their sockets. Immutable;
/// a pure function of the plan.
/// </summary>
/// <remarks>Such a client takes whole seconds and no user timeout, and leaves the number of probes to the system. So the times are derived
/// anew from <see cref="TcpKeepAlivePlan.DetectWithin"/>, or taken from the single settings of the plan. No such client reports a loss by
/// itself: its next command fails, or the one that waits for an answer.</remarks>
/// <example>
/// <code>
/// TcpKeepAlivePlan plan = TcpKeepAlivePlan.Create(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) });
/// string connectionString = $"Host=db;Username=app;{TcpKeepAliveKeywords.ForNpgsql(plan)}";
/// </code>
/// </example>
public sealed class TcpKeepAliveKeywords
{
    private readonly TcpKeepAlivePlan _plan;
    private readonly KeywordClient _client;
    private readonly KeywordTimes _times;

    private TcpKeepAliveKeywords(TcpKeepAlivePlan plan, KeywordClient client)
    {
        _plan = plan;
        _client = client;
        _times = KeywordTimes.Of(plan, client);
        ConnectionString = client.Write(_times);
        Detection = _times.Detection(plan);
    }

    /// <summary>The keywords with their values, to be appended to a connection string: "Tcp Keepalive=True;Tcp Keepalive Time=33;Tcp
    /// Keepalive Interval=3".</summary>
    public string ConnectionString { get; }

    /// <summary>The times within which a dead peer or path is found with these keywords, and with this system's own values where there is
    /// no keyword.</summary>
    public TcpKeepAliveDetection Detection { get; }

    /// <summary>Returns the keywords for Npgsql: "Tcp Keepalive", "Tcp Keepalive Time" and "Tcp Keepalive Interval", in whole
    /// seconds.</summary>
    /// <param name="plan">The plan.</param>
    /// <exception cref="ArgumentNullException"><paramref name="plan"/> is null.</exception>
    public static TcpKeepAliveKeywords ForNpgsql(TcpKeepAlivePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new TcpKeepAliveKeywords(plan, KeywordClient.Npgsql);
    }

    /// <summary>Returns the keyword for MySqlConnector: "Keep Alive", in whole seconds. Its interval is always 1 s, and it never switches
    /// keepalive off; 0 means the system's own times.</summary>
    /// <param name="plan">The plan.</param>
    /// <exception cref="ArgumentNullException"><paramref name="plan"/> is null.</exception>
    public static TcpKeepAliveKeywords ForMySqlConnector(TcpKeepAlivePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new TcpKeepAliveKeywords(plan, KeywordClient.MySqlConnector);
    }

    /// <summary>Returns the keywords, the bounds that follow, and what can't be expressed, in plain words.</summary>
    public string Explain() => KeywordExplanation.Of(_plan, _client, _times, this);

    /// <summary>Returns <see cref="ConnectionString"/>.</summary>
    public override string ToString() => ConnectionString;
}
