namespace Liveness.AspNetCore;

/// <summary>By a key, or the other way round.</summary>
internal static class Sorting
{
    public static IOrderedEnumerable<T> Order<T, TKey>(
        this IEnumerable<T> items, Func<T, TKey> key, bool isReversed, IComparer<TKey>? comparer = null) =>
        isReversed ? items.OrderByDescending(key, comparer) : items.OrderBy(key, comparer);
}
