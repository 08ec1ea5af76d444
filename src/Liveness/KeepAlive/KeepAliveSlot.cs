namespace Liveness.KeepAlive;

/// <summary>How one platform carries one value: the options that take it, their unit and their range.</summary>
/// <param name="Least">The smallest value, in the unit.</param>
/// <param name="Most">The largest value, in the unit.</param>
/// <param name="Options">All of them are set. Empty where an ioctl takes the value.</param>
internal sealed record KeepAliveSlot(long Least, long Most, params KernelOption[] Options)
{
    /// <summary>The unit: milliseconds instead of seconds.</summary>
    public bool InMilliseconds { get; init; }

    /// <summary>The value that switches it off; null = it can't be switched off.</summary>
    public int? Off { get; init; }

    /// <summary>Further values that the kernel reports where nothing is set, and that mean the same as off.</summary>
    public bool NegativeIsOff { get; init; }

    public TimeSpan Unit => InMilliseconds ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromSeconds(1);

    /// <summary>Rounded up to whole units.</summary>
    public TimeSpan Round(TimeSpan value) => KeepAliveValues.RoundUp(value, Unit);

    public int ToKernel(TimeSpan value) => value == Timeout.InfiniteTimeSpan ? Off!.Value : checked((int)(Round(value) / Unit));
}
