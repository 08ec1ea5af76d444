namespace Liveness.Presence;

/// <summary>What a list of devices contains. Everything that is set must fit.</summary>
public sealed record PresenceFilter
{
    /// <summary>Devices of this gateway only. The other gateways are not asked for.</summary>
    /// <value>Null, the default, means all gateways.</value>
    public string? Gateway { get; init; }

    /// <summary>Devices whose connection was attached with the settings of this name; empty means the nameless settings.</summary>
    /// <value>Null, the default, means all names.</value>
    public string? Name { get; init; }

    /// <summary>Devices whose key begins with this text, compared ordinally.</summary>
    /// <value>Null, the default, means all keys.</value>
    public string? KeyPrefix { get; init; }

    /// <summary>Whether devices of a silent gateway are listed, too.</summary>
    /// <value>The default is true.</value>
    public bool IncludeSilent { get; init; } = true;
}
