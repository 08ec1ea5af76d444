namespace Liveness;

/// <summary>Lines that wait for others, to be told together.</summary>
internal interface IHeldLines
{
    /// <summary>Writes what there is: the program ends. Any thread; returns at once.</summary>
    void TellNow();
}
