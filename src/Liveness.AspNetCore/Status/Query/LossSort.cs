namespace Liveness.AspNetCore;

/// <summary>By what losses are sorted, where each is listed.</summary>
internal enum LossSort
{
    /// <summary>The newest first.</summary>
    When = 0,

    Name,

    Diagnosis,

    Silence,

    Lasted,
}
