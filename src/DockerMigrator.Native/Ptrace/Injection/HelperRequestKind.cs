namespace DockerMigrator.Native.Ptrace.Injection;

/// <summary>What the helper can do.</summary>
internal enum HelperRequestKind
{
    /// <summary>Make a userfaultfd in a process and keep it, to be copied from the helper.</summary>
    CreateUserFault = 1,

    /// <summary>Close a descriptor in a process.</summary>
    CloseElsewhere = 2,

    /// <summary>Close a descriptor that the helper kept.</summary>
    Forget = 3,
}
