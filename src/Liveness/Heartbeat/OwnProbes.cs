using System.Runtime.InteropServices;

namespace Liveness;

/// <summary>Our own questions: those that wait for their answer, and the one that somebody waits for.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct OwnProbes
{
    /// <summary>The beat whose echo the callers wait for.</summary>
    private uint _open;

    /// <summary>False = it has not left, or nobody waits.</summary>
    private bool _isOpen;
    private uint _unanswered;

    /// <summary>Somebody waits, and the question has not left.</summary>
    public bool IsRequested { get; private set; }

    public uint Sent { get; private set; }

    /// <summary>Requests share one outstanding probe.</summary>
    /// <returns>Whether a probe has to leave.</returns>
    public bool Request()
    {
        IsRequested |= !_isOpen;
        return !_isOpen;
    }

    public void OnSent(uint sequence)
    {
        Sent++;
        _unanswered++;
        if (IsRequested)
        {
            _open = _isOpen ? _open : sequence;
            _isOpen = true;
            IsRequested = false;
        }
    }

    /// <returns>Whether an answer was asked for: as many are free as we asked for.</returns>
    public bool TryTakeAnswer()
    {
        if (_unanswered == 0)
        {
            return false;
        }

        _unanswered--;
        return true;
    }

    /// <returns>Whether that is what the callers wait for.</returns>
    public bool OnEcho(uint sequence)
    {
        if (!_isOpen || SequenceNumber.IsNewer(_open, sequence))
        {
            return false;
        }

        _isOpen = false;
        return true;
    }
}
