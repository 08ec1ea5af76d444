namespace Liveness.Tool.Doctor;

/// <summary>How much was seen of a process's descriptors.</summary>
internal enum FolderView
{
    /// <summary>All of them. A process that has ended has none.</summary>
    Whole,

    /// <summary>It is another user's.</summary>
    Forbidden,

    /// <summary>None, or not all of them: this process may open no more files, say.</summary>
    Failed,
}
