using System.Text;
using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Prompts;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Prompts;

/// <summary>The public face: built-in templates, files, options, errors, and the helpers for training.</summary>
public sealed class ChatTemplateTests
{
    private static readonly IReadOnlyList<ChatMessage> QuestionAndAnswer = [ChatMessage.User("1+1?"), ChatMessage.Assistant("<think>\neasy\n</think>\n\n2")];

    private static ReadOnlyMemory<byte>? Bytes(string? text) => text is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(text);

    private static ChatTemplate? FromFiles(params (string Name, string Text)[] files) =>
        ChatTemplateFiles.Read("model", name => Bytes(files.FirstOrDefault(f => f.Name == name).Text));

    [Fact]
    public void ChatMl_QuestionForGeneration_OpensTheAssistantsTurn() =>
        Assert.Equal("<|im_start|>user\n1+1?<|im_end|>\n<|im_start|>assistant\n", ChatTemplate.ChatMl.Render([ChatMessage.User("1+1?")], ChatTemplateOptions.ForGeneration).Text);

    [Fact]
    public void Llama3_Question_BeginsWithTheTextsToken() =>
        Assert.Equal("<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>", ChatTemplate.Llama3.Render([ChatMessage.User(" Hi ")]).Text);

    [SkippableFact]
    public void Llama3_AgainstTheShippedTemplate_IsTheSame()
    {
        var shipped = ChatTemplate.Parse(File.ReadAllText(OracleData.File("chat_templates/templates/hub-llama3_1.jinja")), specialTokens: new Dictionary<string, string> { ["bos_token"] = "<|begin_of_text|>" });
        foreach (var options in (ChatTemplateOptions[])[ChatTemplateOptions.Default, ChatTemplateOptions.ForGeneration])
            Assert.Equal(shipped.Render(QuestionAndAnswer, options).Text, ChatTemplate.Llama3.Render(QuestionAndAnswer, options).Text);
    }

    [Fact]
    public void Render_GenerationBlock_SpansTheAssistantsWords()
    {
        var template = ChatTemplate.Parse("{% for m in messages %}[{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}]{% endfor %}");
        var chat = template.Render([ChatMessage.User("\U0001F600"), ChatMessage.Assistant("yes")]);
        Assert.Equal("[\U0001F600][yes]", chat.Text);
        Assert.Equal("yes", Assert.Single(chat.AssistantSpans).Of(chat.Text));
    }

    [Fact]
    public void Parse_UnknownTag_NamesFileLineAndTag()
    {
        var error = Assert.Throws<W2srFormatException>(() => ChatTemplate.Parse("a\n{% trans %}", "chat_template.jinja"));
        Assert.Equal("chat_template.jinja: line 2: Encountered unknown tag 'trans'.", error.Message);
    }

    [Fact]
    public void Render_Failure_NamesTheLine() =>
        Assert.Equal("t: line 3: 'nobody' is undefined", Assert.Throws<W2srFormatException>(() => ChatTemplate.Parse("a\n\n{{ nobody.x }}", "t").Render(QuestionAndAnswer)).Message);

    [Fact]
    public void Render_Include_IsRefusedByName() =>
        Assert.Contains("'include' is not supported", Assert.Throws<W2srFormatException>(() => ChatTemplate.Parse("{% include 'x' %}").Render(QuestionAndAnswer)).Message, StringComparison.Ordinal);

    [Fact]
    public void Render_RaiseException_CarriesTheTemplatesMessage() =>
        Assert.Equal("No system turn!", Assert.Throws<ChatTemplateRaisedException>(() => ChatTemplate.Parse("{{ raise_exception('No system turn!') }}").Render(QuestionAndAnswer)).TemplateMessage);

    [Fact]
    public void Render_ReservedVariable_IsTheCallersSlip() =>
        Assert.Throws<ArgumentException>(() => ChatTemplate.ChatMl.Render(QuestionAndAnswer, new() { Variables = new Dictionary<string, JsonNode?> { ["messages"] = "x" } }));

    [Fact]
    public void Render_ContinueFinalMessage_LeavesTheTurnOpen() =>
        Assert.Equal("<|im_start|>assistant\n1, 2, ", ChatTemplate.ChatMl.Render([ChatMessage.Assistant("1, 2, ")], new() { ContinueFinalMessage = "content" }).Text);

    [Fact]
    public void Read_Sources_JinjaFileWinsOverConfiguration()
    {
        const string config = """{"chat_template": "config{{ bos_token }}", "bos_token": {"content": "<s>"}, "eos_token": null}""";
        Assert.Equal("config<s>", FromFiles(("tokenizer_config.json", config))!.Render(QuestionAndAnswer).Text);
        Assert.Equal("file<s>", FromFiles(("tokenizer_config.json", config), ("chat_template.jinja", "file{{ bos_token }}"))!.Render(QuestionAndAnswer).Text);
        Assert.Equal("json<s>", FromFiles(("tokenizer_config.json", config), ("chat_template.json", """{"chat_template": "json{{ bos_token }}"}"""))!.Render(QuestionAndAnswer).Text);
        Assert.Null(FromFiles(("tokenizer_config.json", "{}")));
    }

    [Fact]
    public void Read_NamedList_TakesTheNamedOne()
    {
        ReadOnlyMemory<byte>? Read(string name) => name == "tokenizer_config.json" ? Bytes("""{"chat_template": [{"name": "default", "template": "a"}, {"name": "tool_use", "template": "b"}]}""") : null;
        Assert.Equal("a", ChatTemplateFiles.Read("m", Read)!.Render(QuestionAndAnswer).Text);
        Assert.Equal("b", ChatTemplateFiles.Read("m", Read, "tool_use")!.Render(QuestionAndAnswer).Text);
        Assert.Null(ChatTemplateFiles.Read("m", Read, "rag"));
    }

    [Theory]
    [InlineData("{", "tokenizer_config.json")]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("""{"chat_template": 5}""", "chat_template: is no text but Number")]
    [InlineData("""{"chat_template": [{"name": "x"}]}""", "name and template")]
    [InlineData("""{"chat_template": "\ud800"}""", "not valid Unicode")]
    [InlineData("""{"chat_template": "{% if %}"}""", "line 1: Expected an expression")]
    public void Read_BrokenConfiguration_SaysWhatIsWrong(string config, string words) =>
        Assert.Contains(words, Assert.Throws<W2srFormatException>(() => FromFiles(("tokenizer_config.json", config))).Message, StringComparison.Ordinal);

    [Fact]
    public void PromptAndResponse_ChatMl_CutsWhereTheAssistantBegins()
    {
        var cut = PromptAndResponse.Render(ChatTemplate.ChatMl, QuestionAndAnswer);
        Assert.Equal("<|im_start|>user\n1+1?<|im_end|>\n<|im_start|>assistant\n", cut.Prompt);
        Assert.Equal("<think>\neasy\n</think>\n\n2<|im_end|>\n", cut.Response);
        Assert.Equal(ChatTemplate.ChatMl.Render(QuestionAndAnswer).Text, cut.Text);
    }

    [SkippableFact]
    public void PromptAndResponse_TemplateThatStripsReasoning_SaysWhereTheTextsPart()
    {
        var template = Shipped("deepseek_r1_distill.jinja");
        Assert.Contains("no beginning of the training text", Assert.Throws<W2srFormatException>(() => PromptAndResponse.Render(template, QuestionAndAnswer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PromptAndResponse_LastIsTheUser_IsTheCallersSlip() =>
        Assert.Throws<ArgumentException>(() => PromptAndResponse.Render(ChatTemplate.ChatMl, [ChatMessage.User("x")]));

    [Fact]
    public void Detect_ChatMl_KeepsInlineReasoningEverywhere() =>
        Assert.Equal(new TemplateReasoning(true, true, false, false, false), TemplateReasoning.Detect(ChatTemplate.ChatMl));

    [SkippableTheory]
    [InlineData("qwen3.jinja", true, false, true, false, false)]
    [InlineData("deepseek_r1_distill.jinja", false, false, false, false, true)]
    [InlineData("qwen2_5.jinja", true, true, false, false, false)]
    public void Detect_ShippedTemplates_AreAsTheirMakersMeant(string file, bool inLast, bool inHistory, bool fieldInLast, bool fieldInHistory, bool opens) =>
        Assert.Equal(new TemplateReasoning(inLast, inHistory, fieldInLast, fieldInHistory, opens), TemplateReasoning.Detect(Shipped(file)));

    private static ChatTemplate Shipped(string file) =>
        ChatTemplate.Parse(File.ReadAllText(OracleData.File("chat_templates/templates/" + file)), file, new Dictionary<string, string> { ["bos_token"] = "<s>", ["eos_token"] = "</s>" });
}
