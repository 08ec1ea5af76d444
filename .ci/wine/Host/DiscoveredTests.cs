using Xunit.Abstractions;

namespace Liveness.Ci.Wine;

/// <summary>Collects test cases as they are found.</summary>
internal sealed class DiscoveredTests : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private readonly List<ITestCase> _cases = [];
    private readonly ManualResetEventSlim _isComplete = new();

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage found:
                lock (_cases)
                {
                    _cases.Add(found.TestCase);
                }

                break;
            case IDiscoveryCompleteMessage:
                _isComplete.Set();
                break;
        }

        return true;
    }

    public List<ITestCase> Wait()
    {
        _isComplete.Wait();
        return _cases;
    }

    public void Dispose() => _isComplete.Dispose();
}
