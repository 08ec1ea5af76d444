using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.Tests.KeepAlive;

/// <summary>A kernel in memory that records every call and fails where it is told to.</summary>
internal sealed class FakeSocketOptions : ISocketOptions
{
    private readonly Dictionary<KernelOption, int> _values = [];
    private readonly Dictionary<KernelOption, SocketError> _refusals = [];
    private readonly Dictionary<KernelOption, SocketError> _unreadable = [];
    private readonly Dictionary<KernelOption, int> _stubborn = [];

    public List<string> Calls { get; } = [];

    public bool IsTcp { get; init; } = true;

    public bool IsConnected { get; init; } = true;

    public int this[KernelOption option]
    {
        get => _values.GetValueOrDefault(option);
        set => _values[option] = value;
    }

    /// <summary>Setting it to anything fails; to <paramref name="except"/> it does not.</summary>
    public FakeSocketOptions Refuse(KernelOption option, SocketError error, int? except = null)
    {
        _refusals[option] = error;
        if (except is { } value)
        {
            _values[option] = value;
        }

        return this;
    }

    public FakeSocketOptions HideFromReaders(KernelOption option, SocketError error)
    {
        _unreadable[option] = error;
        return this;
    }

    /// <summary>Takes every value without a word, and keeps this one.</summary>
    public FakeSocketOptions Keep(KernelOption option, int value)
    {
        _stubborn[option] = value;
        return this;
    }

    public int Get(KernelOption option)
    {
        return _unreadable.TryGetValue(option, out SocketError error) ? throw new SocketException((int)error) : _stubborn.GetValueOrDefault(option, this[option]);
    }

    public void Set(KernelOption option, int value)
    {
        Calls.Add($"{option.Level},{option.Name}={value}");
        if (_refusals.TryGetValue(option, out SocketError error))
        {
            throw new SocketException((int)error);
        }

        this[option] = value;
    }

    public void Control(int code, byte[] input) => Calls.Add($"ioctl {code:X8} {Convert.ToHexString(input)}");
}
