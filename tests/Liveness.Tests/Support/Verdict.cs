namespace Liveness.Tests.Support;

/// <param name="Loss">What was judged.</param>
/// <param name="At">When, in milliseconds.</param>
internal readonly record struct Verdict(LossKind Loss, double At);
