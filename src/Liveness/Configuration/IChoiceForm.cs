namespace Liveness;

/// <summary>A choice, whatever its type.</summary>
internal interface IChoiceForm
{
    /// <summary>As they are spelt best.</summary>
    IReadOnlyList<string> Names { get; }
}
