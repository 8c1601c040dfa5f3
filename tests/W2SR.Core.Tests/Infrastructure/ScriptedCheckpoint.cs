using TorchSharp;
using W2SR.Core.Models;
using W2SR.Core.Tests.Tokens;
using W2SR.Core.Tokens;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>A checkpoint folder whose model always writes the same response: a token alone decides the next one, and the attention adds nothing.</summary>
internal static class ScriptedCheckpoint
{
    private const int HiddenSize = 16;

    /// <summary>Writes the folder.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="response">What the model writes after whatever else: one-byte tokens, none twice.</param>
    /// <param name="paddedIds">Ids of the embedding beyond the tokenizer's, which no text has.</param>
    /// <param name="change">Changes the next token of a token, by id; null leaves the response.</param>
    public static string Write(string folder, string response, int paddedIds = 0, Action<Dictionary<int, int>, HuggingFaceTokenizer>? change = null)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "tokenizer.json"), TinyTokenizer.Bytes(TinyTokenizer.Json()));
        var tokenizer = TinyTokenizer.Create();
        var (script, end) = (tokenizer.Encode(response), tokenizer.Encode("<|end|>").Single());
        Assert.Equal(script.Length, script.Distinct().Count());
        var vocabulary = tokenizer.VocabularySize + paddedIds;
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": {{vocabulary}}, "hidden_size": {{HiddenSize}}, "num_hidden_layers": 1, "num_attention_heads": 2,
              "num_key_value_heads": 2, "intermediate_size": 16, "max_position_embeddings": 256, "rms_norm_eps": 1e-06, "tie_word_embeddings": false, "hidden_act": "silu", "eos_token_id": {{end}}
            }
            """);
        // The step of the script that follows each token; every token that is not of the script leads to its beginning.
        var next = script.Zip([.. script[1..], end]).ToDictionary(p => p.First, p => p.Second);
        change?.Invoke(next, tokenizer);
        var states = next.Keys.Select((id, i) => (id, State: i + 1)).ToDictionary(p => p.id, p => p.State);
        Assert.True(states.Count < HiddenSize);
        var config = new DecoderConfig
        {
            VocabularySize = vocabulary,
            HiddenSize = HiddenSize,
            LayerCount = 1,
            HeadCount = 2,
            KeyValueHeadCount = 2,
            HeadSize = HiddenSize / 2,
            FeedForwardSize = 16,
            ContextLength = 256,
        };
        using var model = CausalLm.CreateRandom(config, 1);
        using var scope = torch.NewDisposeScope();
        using var quiet = torch.no_grad();
        var weights = model.Parameters.NamedViews(model.Parameters.Values).ToDictionary();
        foreach (var name in (string[])["model.embed_tokens.weight", "lm_head.weight", "model.layers.0.self_attn.o_proj.weight", "model.layers.0.mlp.down_proj.weight"]) weights[name].zero_();
        var (embedding, head) = (weights["model.embed_tokens.weight"], weights["lm_head.weight"]);
        for (var id = 0; id < vocabulary; id++) embedding[id, states.GetValueOrDefault(id)] = 1f;
        head[script[0], 0] = 20f;
        foreach (var (id, follower) in next) head[follower, states[id]] = 20f;
        model.SaveWeights(Path.Combine(folder, "model.safetensors"));
        foreach (var view in weights.Values) view.Dispose();
        return folder;
    }
}
