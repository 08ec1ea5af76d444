namespace Liveness.Tool.Conformance;

/// <summary>How a case and the testee's process met.</summary>
/// <param name="Process">Null where it is not ours.</param>
/// <param name="EndedAt">When the case was over: a timestamp of the run's clock.</param>
/// <param name="SaidGoodbye">The testee had the last word.</param>
/// <param name="Grace">A process that ends within this time afterwards may have died in the case.</param>
internal sealed record PlayedOn(ITesteeProcess? Process, long EndedAt, bool SaidGoodbye, TimeSpan Grace);
