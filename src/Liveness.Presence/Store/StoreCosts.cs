namespace Liveness.Presence;

/// <summary>How many commands a store is sent at most.</summary>
/// <param name="Renewal">Of a lease.</param>
/// <param name="Poll">Of a watcher, whatever the number of gateways.</param>
/// <param name="PollOfGateway">Of a watcher, for each gateway.</param>
/// <param name="Change">For one change that comes alone; in a batch they share most of it.</param>
/// <param name="Sweep">Of one shard; and as much again for each gateway as a poll.</param>
internal sealed record StoreCosts(int Renewal, int Poll, int PollOfGateway, int Change, int Sweep);
