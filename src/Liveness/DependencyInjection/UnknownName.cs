namespace Liveness;

/// <summary>What is said wherever a name turns up that nothing is configured for.</summary>
internal static class UnknownName
{
    /// <summary>With the names that there are, the nearest first.</summary>
    public static string Text(string name, IEnumerable<string> known) =>
        $"Nothing is configured for the name \"{name}\". Known: "
        + $"{string.Join(", ", Nearest.Order(name, known).Select(other => $"\"{other}\""))}. Call services.AddLiveness(\"{name}\").";
}
