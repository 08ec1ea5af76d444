namespace Liveness.NetworkTests;

/// <summary>As <see cref="NetworkFactAttribute"/>, with rows.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NetworkTheoryAttribute : TheoryAttribute
{
    public NetworkTheoryAttribute(params string[] programs)
    {
        Programs = programs;
        if (!Prerequisites.IsSwitchedOn)
        {
            Skip = Prerequisites.WhyNot(programs);
        }
    }

    /// <inheritdoc cref="NetworkFactAttribute.Programs"/>
    public string[] Programs { get; }
}
