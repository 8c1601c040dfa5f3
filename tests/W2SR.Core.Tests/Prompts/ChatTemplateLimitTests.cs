using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Prompts;
using W2SR.Core.Tests.Infrastructure;
using Xunit.Abstractions;

namespace W2SR.Core.Tests.Prompts;

/// <summary>A hostile template ends in an error that names the limit, soon, and never in a crash.</summary>
public sealed class ChatTemplateLimitTests(ITestOutputHelper output)
{
    private const int MaxSeconds = 20; // generous: the machine may be shared

    private const string Marks = "{}%()[]|~.-+*/'\"\\#";

    private static readonly IReadOnlyList<ChatMessage> Chat = [ChatMessage.User("Hi"), ChatMessage.Assistant("<think>\nx\n</think>\n\nHo"), ChatMessage.User("More")];

    private static W2srFormatException Fails(string template)
    {
        var watch = Stopwatch.StartNew();
        var error = Assert.Throws<W2srFormatException>(() => ChatTemplate.Parse(template, "hostile").Render(Chat));
        Assert.True(watch.Elapsed.TotalSeconds < MaxSeconds, $"took {watch.Elapsed}");
        return error;
    }

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{{ a * b }}{% endfor %}{% endfor %}")]
    [InlineData("{% set x = range(99999)|list %}{% for a in x %}{% if a + 1 in x[::-1] %}{% endif %}{% endfor %}")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for a in range(99999) %}{% set ns.l = ns.l + ns.l %}{% endfor %}")]
    [InlineData("{% for a in range(99999) %}{{ range(99999)|sum }}{% endfor %}")]
    [InlineData("{% for a in range(99999) %}{{ ('a' * 4000000).count('a' * 2000000 ~ 'b') }}{% endfor %}")]
    public void Render_LoopWithoutEnd_NamesTheSteps(string template) => Assert.Contains("MaxSteps", Fails(template).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ 'abcdefgh' * 100000000 }}")]
    [InlineData("{% set ns = namespace(t='aaaaaaaaaaaaaaaa') %}{% for a in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}{{ ns.t }}")]
    [InlineData("{% for a in range(99999) %}{{ 'x' * 1000 }}{% endfor %}")]
    [InlineData("{{ 'a'.center(2000000000) }}")]
    [InlineData("{{ ('a' * 100000).replace('a', 'b' * 10000) }}")]
    [InlineData("{{ '%2000000000d' % 5 }}")]
    public void Render_OutputBomb_NamesTheLength(string template)
    {
        var message = Fails(template).Message;
        Assert.True(message.Contains("MaxOutputLength", StringComparison.Ordinal) || message.Contains("MaxSteps", StringComparison.Ordinal), message);
    }

    [Theory]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")]
    [InlineData("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}")]
    [InlineData("{% block a %}{{ self.a() }}{% endblock %}")]
    public void Render_EndlessRecursion_NamesTheDepth(string template) => Assert.Contains("MaxCallDepth", Fails(template).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("{1:", "}")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("1+", "")]
    [InlineData("a.b(", ")")]
    [InlineData("x[", "]")]
    [InlineData("1 if 1 else ", "")]
    [InlineData("", "|upper")]
    [InlineData("", ".a")]
    [InlineData("", "()")]
    [InlineData("", " is none")]
    public void Parse_DeepExpression_IsRefused(string open, string close)
    {
        var text = new StringBuilder("{{ ").Insert(3, open, 50_000).Append('1');
        var template = text.Insert(text.Length, close, 50_000).Append(" }}").ToString();
        Assert.NotEmpty(Fails(template).Message);
    }

    [Theory]
    [InlineData("{% if 1 %}")]
    [InlineData("{% for x in [1] %}")]
    [InlineData("{% macro m() %}")]
    [InlineData("{% set x %}")]
    [InlineData("{% filter upper %}")]
    public void Parse_DeepBlocks_AreRefused(string open) =>
        Assert.Contains("nested", Fails(string.Concat(Enumerable.Repeat(open, 20_000))).Message, StringComparison.Ordinal);

    [Fact]
    public void Render_DeepValue_IsRefusedWhenPrintedComparedAndHashed()
    {
        const string build = "{% set ns = namespace(a=[], b=[], t=(), n=namespace()) %}{% for i in range(99999) %}{% set ns.a = [ns.a] %}{% set ns.b = [ns.b] %}{% set ns.t = (ns.t,) %}{% endfor %}";
        foreach (var use in (string[])["{{ ns.a }}", "{{ ns.a == ns.b }}", "{{ ns.a|tojson }}", "{{ {ns.t: 1} }}", "{{ ns.a|pprint }}", "{{ ns.a < ns.b }}", "{% set ns.x = ns %}{{ ns }}"])
            Assert.Contains("deep", Fails(build + use).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ (2 ** 10000) ** 10000 }}", "integer")]
    [InlineData("{{ 10 ** 5000 }}", "4300 digits")]
    [InlineData("{{ range(10 ** 30) }}", "Range too big")]
    [InlineData("{{ '%.999999f' % 1.5 }}", "precision")]
    [InlineData("{{ '{:99999999}'.format(1) }}", "width")]
    public void Render_HugeNumbers_AreRefusedByName(string template, string word) => Assert.Contains(word, Fails(template).Message, StringComparison.Ordinal);

    [Fact]
    public void Render_OnASmallStack_RefusesInsteadOfCrashing()
    {
        var template = ChatTemplate.Parse("{% macro f(n) %}" + string.Concat(Enumerable.Repeat("{% if 1 %}", 100)) + "{{ (((((((((f(n + 1)))))))))) }}" + string.Concat(Enumerable.Repeat("{% endif %}", 100)) + "{% endmacro %}{{ f(0) }}");
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(() => template.Render(Chat)), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.IsType<W2srFormatException>(error);
    }

    [Fact]
    public void Render_FromManyThreads_GivesTheSameText()
    {
        var expected = ChatTemplate.ChatMl.Render(Chat).Text;
        Parallel.For(0, 200, _ => Assert.Equal(expected, ChatTemplate.ChatMl.Render(Chat).Text));
    }

    [SkippableFact]
    public void Render_MutatedTemplates_SucceedOrFailByName()
    {
        var files = Directory.GetFiles(OracleData.Folder("chat_templates/templates"), "*.jinja").Order(StringComparer.Ordinal).Where(f => new FileInfo(f).Length < 6_000).ToArray();
        var sources = files.Select(File.ReadAllText).ToArray();
        var pieces = sources.SelectMany(s => s.Split(['{', '}', ' ', '|', '\n'], StringSplitOptions.RemoveEmptyEntries)).Distinct().ToArray();
        var random = new RandomStream(11, "template mutations");
        var options = new ChatTemplateOptions { AddGenerationPrompt = true, Tools = JsonNode.Parse("""[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}]""")!.AsArray() };
        var (rounds, parsed, rendered, slowest) = (LongChecks.Rounds(400, 5_000), 0, 0, 0L);
        for (var i = 0; i < rounds; i++)
        {
            var text = new StringBuilder(sources[random.NextInt(sources.Length)]);
            for (var n = 1 + random.NextInt(3); n > 0; n--)
                Mutate(text, pieces, random);
            var watch = Stopwatch.StartNew();
            try
            {
                var template = ChatTemplate.Parse(text.ToString(), "mutant");
                parsed++;
                template.Render(Chat, options);
                rendered++;
            }
            catch (Exception e) when (e is W2srFormatException or ChatTemplateRaisedException)
            {
                Assert.NotEmpty(e.Message);
            }
            catch (Exception e)
            {
                Assert.Fail($"{e}\n\n{text}");
            }
            slowest = Math.Max(slowest, watch.ElapsedMilliseconds);
        }
        output.WriteLine($"{rounds} mutants: {parsed} parsed, {rendered} rendered, the slowest took {slowest} ms");
        Assert.InRange(slowest, 0, MaxSeconds * 1000);
    }

    private static void Mutate(StringBuilder text, string[] pieces, RandomStream random)
    {
        if (text.Length < 2)
            return;
        var at = random.NextInt(text.Length);
        var length = Math.Min(1 + random.NextInt(12), text.Length - at);
        switch (random.NextInt(6))
        {
            case 0: text.Remove(at, length); break;
            case 1: text.Insert(at, text.ToString(at, length)); break;
            case 2: text[at] = (char)random.NextInt(0x180); break;
            case 3: text.Insert(at, pieces[random.NextInt(pieces.Length)]); break;
            case 4: text.Remove(at, text.Length - at); break;
            default: text.Insert(at, Marks[random.NextInt(Marks.Length)]); break;
        }
    }
}
