namespace W2SR.Core.Tokens;

/// <summary>Ids of the roles that special tokens play; null where a tokenizer names none.</summary>
/// <param name="Bos">Begins a sequence.</param>
/// <param name="Eos">Ends a sequence.</param>
/// <param name="Pad">Fills up short rows.</param>
/// <param name="Unk">Stands for the unknown; byte-level vocabularies rarely need it.</param>
public sealed record SpecialTokenIds(int? Bos, int? Eos, int? Pad, int? Unk);
