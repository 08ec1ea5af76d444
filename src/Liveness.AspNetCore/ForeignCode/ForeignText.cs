namespace Liveness.AspNetCore;

/// <summary>What an exception says of itself is code of whoever has made its type.</summary>
internal static class ForeignText
{
    /// <summary>Never throws.</summary>
    public static string Of(Exception exception)
    {
        try
        {
            return exception.Message;
        }
        catch (Exception failure)
        {
            return $"{exception.GetType()}, whose message can't be read: it threw {failure.GetType()}";
        }
    }
}
