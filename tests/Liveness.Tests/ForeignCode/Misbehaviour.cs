namespace Liveness.Tests.ForeignCode;

/// <summary>What code of others does where it is called.</summary>
public enum Misbehaviour
{
    Throws,
    Blocks,
    ReEnters,
    Disposes,
}
