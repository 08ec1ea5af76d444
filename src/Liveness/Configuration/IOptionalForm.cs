namespace Liveness;

/// <summary>What may be left open, whatever its type.</summary>
internal interface IOptionalForm
{
    /// <summary>Of what is not left open.</summary>
    SettingForm Form { get; }
}
