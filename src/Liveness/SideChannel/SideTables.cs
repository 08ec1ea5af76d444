namespace Liveness.SideChannel;

/// <summary>
/// How tables grow that have a place for every connection: by an eighth where they are large. Doubled, half of their memory may lie idle,
/// and that of thousands of connections for good.
/// </summary>
internal static class SideTables
{
    private const int Large = 1_000;

    /// <summary>The next size of a table that is full.</summary>
    public static int Grown(int count) => count < Large ? Math.Max(8, count * 2) : count + (count / 8);

    /// <summary>Before something is added.</summary>
    public static void MakeRoom<TKey, TValue>(Dictionary<TKey, TValue> table)
        where TKey : notnull
    {
        if (table.Count == table.Capacity)
        {
            table.EnsureCapacity(Grown(table.Count));
        }
    }

    /// <inheritdoc cref="MakeRoom{TKey, TValue}"/>
    public static void MakeRoom<T>(HashSet<T> table)
    {
        if (table.Count == table.Capacity)
        {
            table.EnsureCapacity(Grown(table.Count));
        }
    }

    /// <inheritdoc cref="MakeRoom{TKey, TValue}"/>
    public static void MakeRoom<T>(List<T> table)
    {
        if (table.Count == table.Capacity)
        {
            table.Capacity = Grown(table.Count);
        }
    }
}
