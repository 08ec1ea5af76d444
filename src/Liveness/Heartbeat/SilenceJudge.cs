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

    /// <summary>Null while the peer is heard in time.</summary>
    private Silence? _silence;

    public readonly bool IsSuspect => Suspicion is not null;

    public readonly LivenessState State => IsSuspect ? LivenessState.Suspect : LivenessState.Alive;

    /// <summary>What the kernel said in this silence; null where nobody has looked.</summary>
    public readonly KernelSilence? Kernel => _silence?.Kernel;

    /// <summary>Probes sent while suspect.</summary>
    public readonly int Probes => Suspicion?.Probes ?? 0;

    /// <inheritdoc cref="Suspicion.IsStarved"/>
    public readonly bool IsStarved => Suspicion is { IsStarved: true };

    /// <inheritdoc cref="Suspicion.ReaderIsStuck"/>
    public readonly bool ReaderIsStuck => Suspicion is { ReaderIsStuck: true };

    public readonly TimeSpan ExcusedWhileStarved => Suspicion?.ExcusedWhileStarved ?? TimeSpan.Zero;

    public readonly TimeSpan ExcusedForHoleRepair => Suspicion?.ExcusedForHoleRepair ?? TimeSpan.Zero;

    public readonly TimeSpan ExcusedAfterOwnPause => Suspicion?.ExcusedAfterOwnPause ?? TimeSpan.Zero;

    /// <summary>While suspect: when the peer is asked next.</summary>
    public readonly Instant NextProbeAt => Suspicion!.NextProbeAt;

    /// <summary>A silence has become one to be judged.</summary>
    /// <returns>Whether it becomes so now.</returns>
    public bool Begin(Instant now)
    {
        Silence silence = _silence ??= new Silence();
        bool begins = silence.Suspicion is null;
        silence.Suspicion ??= new Suspicion(now);
        return begins;
    }

    /// <summary>The peer was heard, or nothing is judged any more: all excuses end with the silence.</summary>
    public void End() => _silence = null;

    /// <summary>While suspect: the verdict may fall at this look.</summary>
    public readonly bool VerdictIsDue(Instant now, TimeSpan silence, HeartbeatTiming timing) =>
        silence >= timing.Deadline && now >= Suspicion!.LookAgainAt;

    /// <summary>While suspect: when the verdict may fall next.</summary>
    public readonly Instant VerdictAt(Instant now, TimeSpan silence, HeartbeatTiming timing) =>
        silence < timing.Deadline ? now + (timing.Deadline - silence) : Suspicion!.LookAgainAt;

    /// <summary>What is seen from the first look on tells what the kernel did in this silence.</summary>
    public void LookAtKernel(in WitnessReading reading) => ((_silence ??= new Silence()).Kernel ??= new KernelSilence()).Look(reading);

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
        Suspicion suspicion = Suspicion!;
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
    public readonly void AskAgainAt(Instant at) => Suspicion!.NextProbeAt = at;

    /// <summary>A probe has left.</summary>
    public readonly void OnProbeSent()
    {
        if (Suspicion is not null)
        {
            Suspicion.Probes++;
        }
    }

    private readonly Suspicion? Suspicion => _silence?.Suspicion;

    /// <summary>What one silence has brought up: made when a beat is overdue.</summary>
    private sealed class Silence
    {
        /// <summary>Null as long as it is not long enough.</summary>
        public Suspicion? Suspicion;

        /// <inheritdoc cref="SilenceJudge.Kernel"/>
        public KernelSilence? Kernel;
    }
}
