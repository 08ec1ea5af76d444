namespace Liveness.AspNetCore.Tests.ForeignCode;

/// <summary>Where a logger throws, always.</summary>
internal enum LoggerFault
{
    /// <summary>In BeginScope and IsEnabled, as a filter of somebody's does.</summary>
    Filter,

    /// <summary>In Log, when the text was made: a disk that is full.</summary>
    Line,

    /// <summary>In whatever it is asked, once its provider was disposed.</summary>
    Disposed,
}
