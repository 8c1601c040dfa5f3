namespace W2SR.Core.Handover;

/// <summary>One file of a hand-over folder.</summary>
/// <param name="Path">Its place in the folder, with forward slashes.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">SHA-256 of its bytes, in hexadecimal digits.</param>
public sealed record HandoverFileEntry(string Path, long Bytes, string Sha256);
