namespace Liveness.AspNetCore;

/// <summary>The words of a search: each must stand in one of the fields, whatever its case.</summary>
internal sealed class SearchTerms
{
    /// <summary>Of the whole search; what is longer is cut.</summary>
    public const int MostCharacters = 100;

    private const int MostTerms = 5;
    private const int ShortestIncident = 6;

    private readonly string[] _terms;

    private SearchTerms(string[] terms)
    {
        _terms = terms;
        HasNumber = Array.Exists(terms, static term => term[0] == '#');
        MayBeIncident = Array.Exists(terms, static term => term.Length >= ShortestIncident && term.All(char.IsAsciiHexDigit));
    }

    public bool IsEmpty => _terms.Length == 0;

    /// <summary>The number of a connection, as #7, is worth making a text of.</summary>
    public bool HasNumber { get; }

    /// <summary>Incident ids are worth asking every connection for.</summary>
    public bool MayBeIncident { get; }

    public static SearchTerms Of(string text) => new(
        [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(MostTerms)]);

    public bool Match(params ReadOnlySpan<string?> fields)
    {
        foreach (string term in _terms)
        {
            if (!IsIn(fields, term))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsIn(ReadOnlySpan<string?> fields, string term)
    {
        foreach (string? field in fields)
        {
            if (field is not null && field.Contains(term, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
