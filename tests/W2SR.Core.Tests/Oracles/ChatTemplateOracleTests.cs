using System.Text.Json;
using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Prompts;
using W2SR.Core.Tests.Infrastructure;
using Xunit.Abstractions;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Every template, conversation and snippet of <c>oracles/chat_templates</c>, as rendered by transformers with jinja2.</summary>
public sealed class ChatTemplateOracleTests(ITestOutputHelper output)
{
    private const double LeastShareOfSnippets = 0.95;

    [SkippableFact]
    public void Render_EveryTemplateWithEveryConversation_IsCharacterForCharacterTransformers()
    {
        var templates = Directory.GetFiles(OracleData.Folder("chat_templates/templates"), "*.jinja")
            .ToDictionary(f => Path.GetFileName(f), f => ChatTemplate.Parse(File.ReadAllText(f), Path.GetFileName(f)));
        var conversations = JsonNode.Parse(File.ReadAllBytes(OracleData.File("chat_templates/conversations.json")))!.AsObject();
        var cases = JsonNode.Parse(File.ReadAllBytes(OracleData.File("chat_templates/cases.json")))!.AsArray();
        Assert.NotEmpty(cases);
        var failures = cases.Select(c => Compare(templates, conversations, c!)).OfType<string>().ToArray();
        output.WriteLine($"{cases.Count - failures.Length} of {cases.Count} cases");
        Assert.True(failures.Length == 0, $"{failures.Length} of {cases.Count} cases differ:\n{string.Join("\n", failures.Take(10))}");
    }

    [SkippableFact]
    public void Prepare_EveryConversation_GivesThePreparedMessages()
    {
        var conversations = JsonNode.Parse(File.ReadAllBytes(OracleData.File("chat_templates/conversations.json")))!.AsObject();
        var echo = ChatTemplate.Parse("{{ messages|tojson }}");
        foreach (var (name, conversation) in conversations)
        {
            var expected = conversation!["prepared_messages"] ?? conversation["messages"];
            var got = JsonNode.Parse(echo.Render(conversation["messages"]!.AsArray()).Text);
            Assert.True(JsonNode.DeepEquals(expected, got), $"{name}: {got}");
        }
    }

    [SkippableFact]
    public void Render_Snippets_AreRightOrRefusedByANamedError()
    {
        var snippets = JsonNode.Parse(File.ReadAllBytes(OracleData.File("chat_templates/jinja_features.json")))!.AsArray();
        Assert.NotEmpty(snippets);
        var (right, refused, wrong) = (0, new List<string>(), new List<string>());
        foreach (var snippet in snippets)
        {
            var template = snippet!["template"]!.GetValue<string>();
            var (text, error) = Run(() => SnippetText(template, snippet["context"]!.AsObject()));
            if (snippet["expected"]?.GetValue<string>() is { } expected)
            {
                if (text == expected)
                    right++;
                else if (text is null)
                    refused.Add($"{template}\n   {error!.Message}");
                else
                    wrong.Add($"{template}\n   expected {expected}\n   got      {text}");
            }
            else if (text is null && IsSameError(snippet["error"]!, error!))
                right++;
            else
                wrong.Add($"{template}\n   expected {snippet["error"]!.ToJsonString()}\n   got      {text ?? error!.Message}");
        }
        output.WriteLine($"{right} of {snippets.Count} snippets right, {refused.Count} refused, {wrong.Count} wrong\n{string.Join("\n", refused)}");
        Assert.True(wrong.Count == 0, $"{wrong.Count} snippets rendered wrongly:\n{string.Join("\n", wrong)}");
        Assert.True(right >= LeastShareOfSnippets * snippets.Count, $"{right} of {snippets.Count} right; refused:\n{string.Join("\n", refused)}");
    }

    /// <summary>The snippets' contexts are bare variables, while a chat always brings tools, documents and the like; those are taken away again.</summary>
    private static string SnippetText(string template, JsonObject context) => ChatTemplate.Parse(template, "snippet")
        .RenderVariables(context.ToDictionary(p => p.Key, p => p.Value), new ChatTemplateOptions { Clock = new FixedClock("2025-03-07T09:05:03") });

    private static string? Compare(Dictionary<string, ChatTemplate> templates, JsonObject conversations, JsonNode test)
    {
        var (template, name) = (test["template"]!.GetValue<string>(), test["conversation"]!.GetValue<string>());
        var conversation = conversations[name]!;
        var going = conversation["continue_final_message"]!;
        var options = new ChatTemplateOptions
        {
            AddGenerationPrompt = conversation["add_generation_prompt"]!.GetValue<bool>(),
            Tools = conversation["tools"]?.AsArray(),
            Variables = conversation["variables"]!.AsObject().ToDictionary(p => p.Key, p => p.Value),
            ContinueFinalMessage = going.GetValueKind() switch { JsonValueKind.False => null, JsonValueKind.True => "content", _ => going.GetValue<string>() },
            Clock = new FixedClock(conversation["now"]!.GetValue<string>()),
        };
        RenderedChat? chat = null;
        var (text, error) = Run(() => (chat = templates[template].Render(conversation["messages"]!.AsArray(), options)).Text);
        var what = $"{template} with {name}";
        if (test["error"] is { } expectedError)
            return text is null && IsSameError(expectedError, error!) ? null : $"{what}: expected {expectedError.ToJsonString()}, got {text ?? error!.Message}";
        if (text != test["expected"]!.GetValue<string>())
            return $"{what}:\n   expected {test["expected"]!.ToJsonString()}\n   got      {(text is null ? error!.Message : JsonSerializer.Serialize(text))}";
        if (test["assistant_spans"] is not JsonArray spans)
            return null;
        var expectedSpans = spans.Select(s => new TextSpan(s![0]!.GetValue<int>(), s[1]!.GetValue<int>())).ToArray();
        return expectedSpans.SequenceEqual(chat!.AssistantSpans) ? null : $"{what}: expected spans {spans.ToJsonString()}, got {string.Join(", ", chat.AssistantSpans)}";
    }

    private static bool IsSameError(JsonNode expected, Exception error) => expected["kind"]!.GetValue<string>() == "raise_exception"
        ? error is ChatTemplateRaisedException raised && raised.TemplateMessage == expected["message"]!.GetValue<string>()
        : error is W2srFormatException;

    private static (string? Text, Exception? Error) Run(Func<string> render)
    {
        try
        {
            return (render(), null);
        }
        catch (Exception e) when (e is W2srFormatException or ChatTemplateRaisedException)
        {
            return (null, e);
        }
    }
}
