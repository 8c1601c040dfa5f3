using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;

namespace W2SR.Core.Tests.Evaluation;

public sealed class FewShotPromptTests
{
    private static readonly Problem Example = new("e", "1 + 1?", "2") { Solution = "It is \\boxed{2}." };

    [Fact]
    public void FromExamples_Render_PutsThemBeforeTheProblem() =>
        Assert.Equal("Question: 1 + 1?\nAnswer: It is \\boxed{2}.\n\nQuestion: 2 + 3?\nAnswer:", FewShotPrompt.FromExamples([Example]).Render(new Problem("p", "2 + 3?", "5")));

    [Fact]
    public void FromExamples_NoSolutionOrAPlaceholder_IsRefused()
    {
        Assert.Contains("'e'", Assert.Throws<ArgumentException>(() => FewShotPrompt.FromExamples([Example with { Solution = null }])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => FewShotPrompt.FromExamples([Example with { Solution = "{problem}" }]));
    }

    [Fact]
    public void FromFile_DataOrDamage_GivesThePromptOrSaysWhatIsWrong()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """{"layout":"Q: {problem}\nA:","examples":[{"question":"1 + 1?","solution":"2"}]}""");
            Assert.Equal("Q: 1 + 1?\nA: 2\n\nQ: {problem}\nA:", FewShotPrompt.FromFile(path).Template);
            File.WriteAllText(path, """{"examples":[],"shots":4}""");
            Assert.Contains("shots", Assert.Throws<W2srFormatException>(() => FewShotPrompt.FromFile(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
