using W2SR.Core.Common;
using W2SR.Core.Tokens.BytePairs;

namespace W2SR.Core.Tokens.HuggingFace;

/// <summary>Ids and what they stand for, model and added tokens together; checks that each id means one thing.</summary>
internal sealed class TokenTable
{
    private readonly Dictionary<string, int> byName = new(StringComparer.Ordinal); // added, and those that are not spelled in bytes
    private readonly bool[] isSpecial;

    /// <exception cref="W2srFormatException">Two tokens share an id, a token has two, a merge names no token.</exception>
    public TokenTable(TokenizerSpec spec, string file)
    {
        var model = new Dictionary<string, int>(spec.Tokens.Count, StringComparer.Ordinal);
        for (var id = 0; id < spec.Tokens.Count; id++)
            if (spec.Tokens[id] is { } token && !model.TryAdd(token, id))
                throw new W2srFormatException(file, "vocabulary", $"token \"{token}\" has the ids {model[token]} and {id}.");
        if (model.Count == 0) throw new W2srFormatException(file, "vocabulary", "the vocabulary is empty.");

        var added = Added(spec, model, file);
        var largest = Math.Max(spec.Tokens.Count - 1, added.Count == 0 ? -1 : added.Keys.Max());
        SpecChecks.IdsAreDense(largest, model.Count + added.Count, problem => new W2srFormatException(file, "added_tokens", problem));
        var count = largest + 1;
        isSpecial = new bool[count];
        var bytes = new byte[count][];
        for (var id = 0; id < spec.Tokens.Count; id++)
        {
            if (spec.Tokens[id] is not { } token) continue;
            bytes[id] = ByteAlphabet.BytesOf(token);
            if (!ByteAlphabet.IsSpelled(token)) byName[token] = id;
        }
        var specialNames = added.Values.Where(t => t.IsSpecial).Select(t => t.Content).ToHashSet(StringComparer.Ordinal);
        foreach (var token in added.Values)
        {
            // The Rust library decodes, and tells special tokens, by the normalized form.
            var form = token.Normalized ? TextEncoder.NormalForm(token.Content, spec.ComposesCanonically) : token.Content;
            bytes[token.Id] = ByteAlphabet.BytesOf(form);
            byName[token.Content] = token.Id;
            isSpecial[token.Id] = specialNames.Contains(form);
        }
        AddedTokens = [.. added.Values.OrderBy(t => t.Id)];
        Bytes = new TokenBytes(bytes, id => id < spec.Tokens.Count && spec.Tokens[id] is { } token && ByteAlphabet.IsSpelled(token));
        Merges = Resolve(spec, model, file);
        UnknownId = spec.UnknownToken is not { } unknown ? -1
            : model.TryGetValue(unknown, out var unknownId) ? unknownId
            // Some files name one that is not there; with all bytes in the vocabulary it is never needed.
            : Enumerable.Range(0, 256).All(b => Bytes.Find([(byte)b]) >= 0) ? -1
            : throw new W2srFormatException(file, "model.unk_token", $"\"{unknown}\" is not in the vocabulary, which lacks some bytes.");
    }

    public TokenBytes Bytes { get; }

    public MergeTable Merges { get; }

    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>Id of the model's unknown token, or -1.</summary>
    public int UnknownId { get; }

    public bool IsSpecial(int id) => isSpecial[id];

    /// <summary>The id of a token as vocabularies write it, or null.</summary>
    public int? Find(string token)
    {
        if (byName.TryGetValue(token, out var id)) return id;
        return ByteAlphabet.IsSpelled(token) && Bytes.Find(ByteAlphabet.BytesOf(token)) is >= 0 and var found ? found : null;
    }

    private static Dictionary<int, AddedToken> Added(TokenizerSpec spec, Dictionary<string, int> model, string file)
    {
        W2srFormatException Wrong(string problem) => new(file, "added_tokens", problem);
        var byId = new Dictionary<int, AddedToken>();
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in spec.AddedTokens)
        {
            if (token.Content.Length == 0) continue; // ignored there, too
            if (token.Id < 0) throw Wrong($"\"{token.Content}\" has the negative id {token.Id}.");
            if (model.TryGetValue(token.Content, out var id) && id != token.Id) throw Wrong($"\"{token.Content}\" has id {token.Id} here and id {id} in the vocabulary.");
            if (ids.TryGetValue(token.Content, out id) && id != token.Id) throw Wrong($"\"{token.Content}\" has the ids {id} and {token.Id}.");
            if (token.Id < spec.Tokens.Count && spec.Tokens[token.Id] is { } other && other != token.Content)
                throw Wrong($"\"{token.Content}\" has id {token.Id}, which is \"{other}\" in the vocabulary.");
            if (byId.TryGetValue(token.Id, out var same) && same.Content != token.Content) throw Wrong($"\"{same.Content}\" and \"{token.Content}\" have the same id {token.Id}.");
            ids[token.Content] = token.Id;
            byId[token.Id] = token;
        }
        return byId;
    }

    private static MergeTable Resolve(TokenizerSpec spec, Dictionary<string, int> model, string file)
    {
        var table = new MergeTable(spec.Merges.Count);
        for (var rank = 0; rank < spec.Merges.Count; rank++)
        {
            var (left, right) = spec.Merges[rank];
            int Id(string token) => model.TryGetValue(token, out var id)
                ? id
                : throw new W2srFormatException(file, $"merge {rank:N0}", $"\"{left}\" + \"{right}\": \"{token}\" is not in the vocabulary.");
            table.Set(Id(left), Id(right), rank, Id(left + right));
        }
        return table;
    }
}
