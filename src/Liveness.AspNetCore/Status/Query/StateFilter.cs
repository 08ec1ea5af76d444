namespace Liveness.AspNetCore;

/// <summary>Which live connections are asked for: those in one state, with any condition, or with a certain one.</summary>
internal static class StateFilter
{
    /// <summary>With any condition.</summary>
    public const string Warning = nameof(Warning);

    /// <summary>As they are written in a query, in the order in which they are offered.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        nameof(LivenessState.Alive), nameof(LivenessState.Suspect), nameof(LivenessState.Connecting), Warning,
        .. Enum.GetNames<ConnectionConditions>().Where(static one => one != nameof(ConnectionConditions.None)),
    ];

    /// <returns>Null = all are asked for.</returns>
    public static string? Find(string? text) =>
        All.FirstOrDefault(one => string.Equals(one, text, StringComparison.OrdinalIgnoreCase));

    public static Func<LivenessState, ConnectionConditions, bool> Of(string? filter)
    {
        if (filter is null)
        {
            return static (_, _) => true;
        }

        if (filter == Warning)
        {
            return static (_, conditions) => conditions != ConnectionConditions.None;
        }

        return Enum.TryParse(filter, out LivenessState wanted)
            ? (state, _) => state == wanted
            : (_, conditions) => conditions.HasFlag(Enum.Parse<ConnectionConditions>(filter));
    }
}
