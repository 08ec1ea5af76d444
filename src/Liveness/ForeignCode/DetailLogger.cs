using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness;

/// <summary>
/// Takes lines at Debug of which many come at once, and which mostly nobody reads: they wait as one line of the logger's lane.
/// </summary>
/// <remarks>
/// There the level is asked for once for all of them. Where it is off, no more of them are even made, until the logger has written another
/// line: whoever turns the level on later is seen with that.
/// </remarks>
/// <param name="queue">As of the outer logger.</param>
/// <param name="outer">In whose lane they are written.</param>
internal sealed class DetailLogger(WorkQueue queue, GuardedLogger outer) : GuardedLogger(queue, static () => NullLogger.Instance)
{
    /// <summary>While a logger blocks: those beyond are dropped, and counted with its other lines.</summary>
    public const int MostDetails = 10_000;

    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private readonly Queue<LogLine> _details = new();

    /// <summary>Under the lock.</summary>
    private bool _isWaiting;

    /// <summary>As the filters have said last. A look that comes too early costs a line.</summary>
    private volatile bool _isOff;

    public override bool IsEnabled(LogLevel logLevel) => !_isOff && base.IsEnabled(logLevel);

    /// <summary>The filters are asked with the next line.</summary>
    public void AskAnew() => _isOff = false;

    /// <summary>In the lane. A line that throws costs itself: the others are written in another turn.</summary>
    public void WriteAll(ILogger logger)
    {
        bool isOn = false;
        try
        {
            isOn = logger.IsEnabled(LogLevel.Debug);
            while (isOn && Take() is { } line)
            {
                line.Write(logger);
            }
        }
        finally
        {
            _isOff = !isOn;
            GoOn(isOn);
        }
    }

    protected override void Add(LogLine line)
    {
        lock (_gate)
        {
            if (_details.Count >= MostDetails)
            {
                outer.NoteDropped();
                return;
            }

            _details.Enqueue(line);
            if (_isWaiting)
            {
                return;
            }

            _isWaiting = true;
        }

        outer.AddDetails(this);
    }

    private LogLine? Take()
    {
        lock (_gate)
        {
            return _details.TryDequeue(out LogLine? line) ? line : null;
        }
    }

    private void GoOn(bool isOn)
    {
        lock (_gate)
        {
            if (!isOn)
            {
                _details.Clear();
            }

            _isWaiting = _details.Count > 0;
            if (!_isWaiting)
            {
                return;
            }
        }

        outer.AddDetails(this);
    }
}
