namespace Liveness.WorksWithHttp.Tests.Databases;

/// <summary>A server, and with it the client library.</summary>
internal enum Database
{
    /// <summary>With Npgsql.</summary>
    PostgreSql,

    /// <summary>With MySqlConnector.</summary>
    MariaDb,
}
