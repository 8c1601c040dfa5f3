using System.Text;
using System.Text.Json.Nodes;
using W2SR.Core.Checkpoints;
using W2SR.Core.Common;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Checkpoints;

public sealed class GenerationConfigTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-generation-").FullName;

    private string File => Path.Combine(folder, GenerationConfig.FileName);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static GenerationConfig Parse(string json) => GenerationConfig.Parse(Encoding.UTF8.GetBytes(json), GenerationConfig.FileName);

    [SkippableFact]
    public void Read_ThenWrite_GivesTheOracleModelsBytes()
    {
        foreach (var model in Directory.GetDirectories(OracleData.Folder("models")))
        {
            var path = Path.Combine(model, GenerationConfig.FileName);
            var config = GenerationConfig.Read(path);
            var ids = JsonNode.Parse(System.IO.File.ReadAllBytes(path))!["eos_token_id"]!;
            Assert.Equal(ids is JsonArray list ? list.Select(i => (int)i!) : [(int)ids], config.EosTokenIds);
            Assert.Empty(config.Write(File));
            Assert.Equal(System.IO.File.ReadAllBytes(path), System.IO.File.ReadAllBytes(File));
        }
    }

    [Fact]
    public void Write_Change_KeepsUnknownKeysAndTheirSpelling()
    {
        var config = Parse("""{"eos_token_id":[2,5],"vendor_key":{"a":[1.0,1e2]},"temperature":0.70,"top_p":0.8}""") with { EosTokenIds = [7], TopP = null, TopK = 20 };
        config.Write(File);
        Assert.Equal("{\n  \"eos_token_id\": 7,\n  \"vendor_key\": {\n    \"a\": [\n      1.0,\n      1e2\n    ]\n  },\n  \"temperature\": 0.70,\n  \"top_k\": 20\n}\n", System.IO.File.ReadAllText(File));
        var again = GenerationConfig.Read(File);
        Assert.Equal([7], again.EosTokenIds);
        Assert.Equal((0.7, null, 20), (again.Temperature, again.TopP, again.TopK));
    }

    [Fact]
    public void Write_PadThatIsAlsoEos_LoadsAndWarns()
    {
        var config = Parse("""{"eos_token_id":[151645,151643],"pad_token_id":151643}""");
        Assert.True(config.PadEndsText);
        var warning = Assert.Single(config.Write(File));
        Assert.Contains("pad_token_id 151643 is also an eos_token_id", warning, StringComparison.Ordinal);
        Assert.True(GenerationConfig.Read(File).PadEndsText);
        Assert.Empty((config with { PadTokenId = 3 }).Write(File));
    }

    [Fact]
    public void Write_WhatCouldNotBeLoadedBack_IsRefusedAndNothingIsWritten()
    {
        foreach (var (config, message) in new (GenerationConfig, string)[]
        {
            (new() { EosTokenIds = [2, -1] }, "eos_token_id: is -1"), (new() { PadTokenId = -7 }, "pad_token_id: is -7"), (new() { Temperature = double.NaN }, "temperature: is NaN"),
            (new() { TopP = 0 }, "top_p: is 0"), (new() { MaxNewTokens = 0 }, "max_new_tokens: is 0"), (new() { RepetitionPenalty = -1 }, "repetition_penalty: is -1"),
        })
            Assert.Contains(message, Assert.Throws<W2srFormatException>(() => config.Write(File)).Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData("""{"eos_token_id":"2"}""", "eos_token_id: is \"2\", expected an id or a list of ids")]
    [InlineData("""{"temperature":"hot"}""", "temperature: is \"hot\", expected a finite number")]
    [InlineData("""{"do_sample":1}""", "do_sample: is 1, expected true or false")]
    public void Parse_WrongKind_IsNamed(string json, string message) =>
        Assert.Contains(message, Assert.Throws<W2srFormatException>(() => Parse(json)).Message, StringComparison.Ordinal);
}
