namespace Liveness.Benchmarks;

/// <summary>What one number of watched connections costs. Times are seconds unless the name of a row says otherwise.</summary>
internal readonly record struct SideFigures(
    int Connections,
    double Beats,
    double MessageBytes,
    double ServerMemory,
    double ClientMemory,
    double ServerCpu,
    double ClientCpu,
    double Look,
    double Ended,
    double Vouching,
    double FirstLoss,
    double LastLoss,
    double Batches,
    double LargestBatch,
    double WheelDelay);
