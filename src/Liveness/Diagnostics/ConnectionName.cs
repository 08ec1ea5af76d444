using System.Globalization;

namespace Liveness.Diagnostics;

/// <summary>The rule for the <c>Name</c> that options give their connections: it becomes a tag of metrics and part of log lines.</summary>
internal static class ConnectionName
{
    public const int MaxLength = 64;

    private const string Cure = "It names a kind of connection, such as \"devices\", not each one; leave it null for none.";

    /// <summary>What is wrong with it; null = nothing.</summary>
    public static string? Problem(string? name)
    {
        if (name is null)
        {
            return null;
        }

        if (name.Length is 0 or > MaxLength)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"Name has {name.Length} characters, but must have 1 to {MaxLength}. {Cure}");
        }

        return name.Trim().Length == name.Length && !name.Any(char.IsControl)
            ? null
            : $"Name begins or ends with white space or contains a control character. {Cure}";
    }
}
