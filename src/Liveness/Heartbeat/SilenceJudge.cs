namespace Liveness;

/// <summary>
/// Judges a silence, for both machines: the suspicion with its excuses, what the kernel says meanwhile, the verdict. Whom to ask and how
/// often is the machine's affair.
/// </summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct SilenceJudge
{
    /// <summary>The kernel dates by its own ticks, 10 ms apart at most: what differs by less is the byte that we know.</summary>
    private static readonly TimeSpan s_kernelClockStep = TimeSpan.FromMilliseconds(20);

    private Suspicion? _suspicion;

    public readonly bool IsSuspect => _suspicion is not null;

    public readonly LivenessState State => IsSuspect ? LivenessState.Suspect : LivenessState.Alive;

    /// <summary>What the kernel said in this silence; null where nobody has looked.</summary>
    public KernelSilence? Kernel { get; private set; }

    /// <summary>Probes sent while suspect.</summary>
    public readonly int Probes => _suspicion?.Probes ?? 0;

    /// <inheritdoc cref="Suspicion.IsStarved"/>
    public readonly bool IsStarved => _suspicion is { IsStarved: true };

    /// <inheritdoc cref="Suspicion.ReaderIsStuck"/>
    public readonly bool ReaderIsStuck => _suspicion is { ReaderIsStuck: true };

    public readonly TimeSpan ExcusedWhileStarved => _suspicion?.ExcusedWhileStarved ?? TimeSpan.Zero;

    public readonly TimeSpan ExcusedForHoleRepair => _suspicion?.ExcusedForHoleRepair ?? TimeSpan.Zero;

    public readonly TimeSpan ExcusedAfterOwnPause => _suspicion?.ExcusedAfterOwnPause ?? TimeSpan.Zero;

    /// <summary>While suspect: when the peer is asked next.</summary>
    public readonly Instant NextProbeAt => _suspicion!.NextProbeAt;

    /// <summary>A silence has become one to be judged.</summary>
    /// <returns>Whether it becomes so now.</returns>
    public bool Begin(Instant now)
    {
        bool begins = _suspicion is null;
        _suspicion ??= new Suspicion(now);
        return begins;
    }

    /// <summary>The peer was heard, or nothing is judged any more: all excuses end with the silence.</summary>
    public void End()
    {
        _suspicion = null;
        Kernel = null;
    }

    /// <summary>While suspect: the verdict may fall at this look.</summary>
    public readonly bool VerdictIsDue(Instant now, TimeSpan silence, HeartbeatTiming timing) =>
        silence >= timing.Deadline && now >= _suspicion!.LookAgainAt;

    /// <summary>While suspect: when the verdict may fall next.</summary>
    public readonly Instant VerdictAt(Instant now, TimeSpan silence, HeartbeatTiming timing) =>
        silence < timing.Deadline ? now + (timing.Deadline - silence) : _suspicion!.LookAgainAt;

    /// <summary>What is seen from the first look on tells what the kernel did in this silence.</summary>
    public void LookAtKernel(in WitnessReading reading) => (Kernel ??= new KernelSilence()).Look(reading);

    /// <summary>Looks at a silence that has <see cref="Begin">begun</see>.</summary>
    /// <param name="now">The present.</param>
    /// <param name="silence">How long it is, and by what it is judged.</param>
    /// <param name="mayJudge"><see cref="VerdictIsDue"/>; false = only to ask.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="reading">What the transport says now.</param>
    /// <param name="jitter">Spreads what many connections do after one pause.</param>
    public SilenceLook Look(
        Instant now, in JudgedSilence silence, bool mayJudge, in LocalHealth health, in WitnessReading reading, ref JitterSource jitter)
    {
        Suspicion suspicion = _suspicion!;
        if (suspicion.TryGrantGrace(silence.LastReceived, silence.Timing, health, silence.AnswerTime))
        {
            // Paced: after a pause every connection of the process wants to ask.
            suspicion.NextProbeAt = now + (silence.Timing.ReceiveInterval / 2 * jitter.NextFraction());
        }

        if (reading.HeldBackHeardAgo is { } ago && now - ago > silence.LastReceived + s_kernelClockStep)
        {
            // A byte that lies in a layer between the kernel and the reader is a byte all the same: a record on a thin link takes its time.
            return new SilenceLook(null, now - ago, ProbeIsDue: false);
        }

        LookAtKernel(reading);
        suspicion.WatchHole(now, reading);
        LossKind? loss = mayJudge ? suspicion.Verdict(now, silence.Length, silence.Timing, silence.Tick, health, reading) : null;
        return new SilenceLook(loss, HeardAt: null, now >= suspicion.NextProbeAt);
    }

    /// <summary>While suspect: a probe was due and is dealt with.</summary>
    /// <param name="at">When the next one is due; <see cref="Instant.Never"/> = no more, unless a long pause of ours gives cause.</param>
    public readonly void AskAgainAt(Instant at) => _suspicion!.NextProbeAt = at;

    /// <summary>A probe has left.</summary>
    public readonly void OnProbeSent()
    {
        if (_suspicion is not null)
        {
            _suspicion.Probes++;
        }
    }
}
