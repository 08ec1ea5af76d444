// Scenarios mostly wait: more of them at once than there are cores.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]
[assembly: TestCollectionOrderer("Liveness.NetworkTests.LongestFirst", "Liveness.NetworkTests")]
