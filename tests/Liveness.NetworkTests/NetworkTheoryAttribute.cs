namespace Liveness.NetworkTests;

/// <summary>As <see cref="NetworkFactAttribute"/>, with rows.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NetworkTheoryAttribute : TheoryAttribute
{
    public NetworkTheoryAttribute()
    {
        if (!Prerequisites.IsSwitchedOn)
        {
            Skip = Prerequisites.WhyNot([]);
        }
    }
}
