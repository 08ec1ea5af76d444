namespace Liveness.AspNetCore;

/// <summary>One line of the losses: either a group or a loss by itself.</summary>
internal readonly record struct StatusLossItem(StatusLossGroup? Group, StatusLoss? Loss);
