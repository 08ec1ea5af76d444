using Liveness.NetworkTests;

namespace Liveness.WorksWithHttp.Tests.Rounds;

/// <summary>Measures how libraries fare without us, which takes minutes and proves nothing of ours: only by a switch of its own.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TodayFactAttribute : FactAttribute
{
    private const string Switch = "LIVENESS_WORKS_WITH_TODAY";

    public TodayFactAttribute()
    {
        if (!Prerequisites.IsSwitchedOn || Environment.GetEnvironmentVariable(Switch) != "1")
        {
            Skip = $"Measures other libraries without Liveness, for up to 2 minutes a round: only with {Prerequisites.Switch}=1 and {Switch}=1.";
        }
    }
}
