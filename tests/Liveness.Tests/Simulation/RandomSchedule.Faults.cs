namespace Liveness.Tests.Simulation;

/// <content>What goes wrong, one fault after the other, and the cut.</content>
internal sealed partial class RandomSchedule
{
    /// <returns>When they are over.</returns>
    private double Faults(SimulatedConnection connection)
    {
        double at = Uniform(2.5, 5) * _shortest;
        double allowed = _kind == ScheduleKind.Harsh ? _shortest * 3 : Math.Max(0, Math.Min(_shortest / 2, _room - _slowest));
        for (int i = _dice.Next(7); i > 0; i--)
        {
            SimulatedEnd end = Chance(0.5) ? connection.A : connection.B;
            double length = Uniform(0, allowed);
            switch (_dice.Next(4))
            {
                case 0:
                    connection.Stall(end.Incoming, at, length);
                    break;
                case 1:
                    double judged = end == connection.A ? _boundsOfB.Min(Room) : _boundsOfA.Min(Room);
                    length = _kind == ScheduleKind.Harsh ? length : Uniform(0, Math.Min(judged - _slowest, 3 * _shortest));
                    connection.Pause(end, at, length);
                    break;
                case 2:
                    length = Uniform(0, 5 * _shortest);
                    connection.Lag(end, at, length);
                    break;
                default:
                    connection.At(at, _ => end.ReaderIsStopped = !end.ReaderIsStopped);
                    break;
            }

            at += length + (Uniform(1, 2) * (_shortest + (4 * _slowest)));
        }

        return at;
    }

    /// <returns>When everything that may put a verdict off is over.</returns>
    private double CutOff(SimulatedConnection connection, double at)
    {
        int ways = _dice.Next(3);
        bool acknowledges = Chance(0.5);
        if (ways != 1)
        {
            connection.Cut(connection.Forth, at, acknowledges);
        }

        if (ways != 2)
        {
            connection.Cut(connection.Back, at, acknowledges);
        }

        foreach (SimulatedEnd end in new[] { connection.A, connection.B })
        {
            double fault = at + Uniform(0, _shortest);
            double pause = Uniform(0.02, 0.6) * _shortest;
            switch (_dice.Next(4))
            {
                case 0:
                    for (int i = 0; i < 30; i++, fault += pause + Uniform(0.05, 0.5) * _shortest)
                    {
                        connection.Pause(end, fault, pause);
                    }

                    break;
                case 1:
                    connection.Lag(end, fault, Uniform(0, 4) * _shortest);
                    break;
                case 2:
                    for (int i = 0; i < 20; i++, fault += Uniform(0, _shortest / 3))
                    {
                        connection.At(fault, end.SeeHole);
                    }

                    break;
            }
        }

        return at + (30 * 1.2 * _shortest);
    }
}
