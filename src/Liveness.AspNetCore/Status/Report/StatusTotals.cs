namespace Liveness.AspNetCore;

/// <summary>All losses since the application started, listed or not.</summary>
/// <param name="Since">Null = the factory does not count: these are the newest ones.</param>
/// <param name="Count">How many.</param>
/// <param name="Kept">How many of them can still be listed.</param>
/// <param name="ByDiagnosis">The most frequent first.</param>
internal sealed record StatusTotals(DateTimeOffset? Since, long Count, int Kept, IReadOnlyDictionary<string, long> ByDiagnosis);
