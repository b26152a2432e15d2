namespace DockerMigrator.Protocol.Framing;

/// <summary>What a frame carries. Values are part of the wire format and never reused.</summary>
public enum FrameType : byte
{
    /// <summary>A request (source to agent) or a reply (agent to source), as JSON in UTF-8.</summary>
    Message = 1,

    /// <summary>A piece of the bulk data that belongs to the request under way. Source to agent only.</summary>
    Data = 2,

    /// <summary>No more bulk data for the request under way; empty.</summary>
    DataEnd = 3,

    /// <summary>"I am still here"; empty. Sent when nothing else was, so that a cut cable is noticed.</summary>
    Alive = 4,
}
