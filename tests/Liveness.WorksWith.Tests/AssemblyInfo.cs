// Scenarios mostly wait, but each starts up to four clients.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
