namespace Liveness;

/// <summary>One thing that is wrong with a set of options.</summary>
/// <param name="Property">Its path from those options on.</param>
/// <param name="Value">Of the property; null where it is no value, or a secret.</param>
/// <param name="Message">Names property, value, range and cure.</param>
internal readonly record struct OptionsFailure(string Property, object? Value, string Message);
