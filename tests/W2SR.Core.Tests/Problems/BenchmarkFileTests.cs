using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Problems;

public sealed class BenchmarkFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-problems-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(params string[] lines)
    {
        var path = Path.Combine(folder, "test.jsonl");
        File.WriteAllLines(path, lines);
        return path;
    }

    private Problem One(BenchmarkFormat format, string line)
    {
        var file = BenchmarkFile.Open(Write(line), "set/test");
        Assert.Equal(format, file.Format);
        return Assert.Single(file.Read());
    }

    [Theory]
    [InlineData(BenchmarkFormat.Gsm8k, """{"question":"Q?","answer":"1 + 1 = <<1+1=2>>2\n#### 1,002"}""", "Q?", "1,002")]
    [InlineData(BenchmarkFormat.Math, """{"unique_id":"test/algebra/1.json","problem":"Q","level":"Level 3","type":"Algebra","solution":"No \\boxed{1}, so \\boxed{\\frac{1}{2}}."}""", "Q", @"\frac{1}{2}")]
    [InlineData(BenchmarkFormat.Math, """{"problem":"Q","level":"Level ?","type":"Algebra","solution":"So $\\boxed 3$."}""", "Q", "3")]
    [InlineData(BenchmarkFormat.Math500, """{"problem":"Q","solution":"s","answer":"(3, 4)","subject":"Precalculus","level":2,"unique_id":"test/x/9.json"}""", "Q", "(3, 4)")]
    [InlineData(BenchmarkFormat.OlympiadBench, """{"id":7,"question":"Q","final_answer":["$1$","$2$"],"is_multiple_answer":true,"unit":null,"subfield":"Algebra","solution":["s"]}""", "Q", "$1$, $2$")]
    [InlineData(BenchmarkFormat.Minerva, """{"problem":"Q","solution":"\\boxed{4.5e33} erg","type":"Astronomy","idx":5}""", "Q", "4.5e33")]
    [InlineData(BenchmarkFormat.Competition, """{"id":0,"problem":"Q","answer":27.0,"url":"u","question":"Q"}""", "Q", "27")]
    [InlineData(BenchmarkFormat.Competition, """{"problem":"Q","answer":"070","id":"3"}""", "Q", "070")]
    [InlineData(BenchmarkFormat.Competition, """{"ID":"2024-I-1","Problem":"Q","Solution":"s","Answer":204}""", "Q", "204")]
    [InlineData(BenchmarkFormat.Svamp, """{"ID":"chal-1","Body":"There are 3 hens","Question":"How many?","Answer":3.0,"Equation":"3","Type":"Addition"}""", "There are 3 hens. How many?", "3")]
    [InlineData(BenchmarkFormat.Mawps, """{"input":"Q","target":0.875}""", "Q", "0.875")]
    [InlineData(BenchmarkFormat.Own, """{"question":"Q","answer":"5"}""", "Q", "5")]
    [InlineData(BenchmarkFormat.Own, """{"id":"mine","question":"Q","answer":"5","level":3,"subject":"s","solution":"w","source":"here"}""", "Q", "5")]
    public void Open_EveryForm_IsToldByItsKeys(BenchmarkFormat format, string line, string question, string answer)
    {
        var problem = One(format, line);
        Assert.Equal((question, answer), (problem.Question, problem.Answer));
        Assert.NotEmpty(problem.Id);
    }

    [Fact]
    public void Read_Math_KeepsLevelSubjectAndTheSharedId()
    {
        var problem = One(BenchmarkFormat.Math, """{"unique_id":"test/algebra/1.json","problem":"Q","level":"Level 3","type":"Algebra","solution":"\\boxed{2}"}""");
        Assert.Equal(("math/test/algebra/1.json", 3, "Algebra"), (problem.Id, problem.Level!.Value, problem.Subject));
        Assert.Equal(problem.Id, One(BenchmarkFormat.Math500, """{"unique_id":"test/algebra/1.json","problem":"Q","level":3,"subject":"Algebra","answer":"2","solution":"s"}""").Id);
    }

    [Fact]
    public void Read_Gsm8k_SolutionHasNoCalculatorMarksAndEndsInTheBox() =>
        Assert.Equal("1 + 1 = 2\nThe answer is \\boxed{2}.", One(BenchmarkFormat.Gsm8k, """{"question":"Q?","answer":"1 + 1 = <<1+1=2>>2\n#### 2"}""").Solution);

    [Fact]
    public void Read_SolutionWithoutABox_IsLeftOutAndListed()
    {
        var file = BenchmarkFile.Open(Write("""{"problem":"Q","level":"Level 3","type":"Algebra","solution":"\\boxed{2}"}""",
            """{"problem":"Q","level":"Level 3","type":"Algebra","solution":"none"}""", """{"problem":"Q","level":"Level 3","type":"Algebra","solution":"So \\boxed{}."}"""));
        Assert.Single(file.Read());
        Assert.Equal([2, 3], file.LinesWithoutAnswer());
    }

    [Fact]
    public void Read_Gpqa_ShufflesOptionsBySeedAndKeepsTheRightOne()
    {
        var path = Write([.. Enumerable.Range(0, 40).Select(i =>
            $$"""{"Record ID":"r{{i}}","Question":"Q{{i}}","Correct Answer":"right","Incorrect Answer 1":"wrong 1","Incorrect Answer 2":"wrong 2","Incorrect Answer 3":"wrong 3","Subdomain":"Optics"}""")]);
        var first = BenchmarkFile.ReadAll(path, optionSeed: 1);
        Assert.Equal(first, BenchmarkFile.ReadAll(path, optionSeed: 1));
        Assert.NotEqual(first.Select(p => p.Answer), BenchmarkFile.ReadAll(path, optionSeed: 2).Select(p => p.Answer));
        Assert.All(first, p => Assert.Contains($"({p.Answer}) right", p.Question, StringComparison.Ordinal));
        Assert.Equal(["A", "B", "C", "D"], first.Select(p => p.Answer).Distinct().Order());
        Assert.Equal("Optics", first[0].Subject);
    }

    [Theory]
    [InlineData("""{"question":"Q","answer":"5"}""", """{"question":"Q","answer":""", "line 2")]
    [InlineData("""{"question":"Q","answer":"5"}""", """[1]""", "not a JSON object")]
    [InlineData("""{"question":"Q","answer":"5"}""", """{"question":"Q"}""", "'answer'")]
    [InlineData("""{"id":"a","question":"Q","answer":"5"}""", """{"id":"a","question":"Q","answer":"6"}""", "repeats the id 'a' of line 1")]
    [InlineData("""{"text":"Q"}""", null, "no known benchmark")]
    [InlineData("", null, "is empty")]
    public void Read_BrokenFile_NamesTheLineAndWhatIsWrong(string first, string? second, string expected)
    {
        var path = second is null ? Write(first) : Write(first, second);
        var error = Assert.Throws<W2srFormatException>(() => BenchmarkFile.ReadAll(path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ReadAll_EveryDataFile_LoadsWithAGoldForEveryLine()
    {
        var root = Path.GetDirectoryName(OracleData.DataSet("gsm8k"))!;
        var files = Directory.GetFiles(root, "*.jsonl", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        var formats = new HashSet<BenchmarkFormat>();
        foreach (var path in files)
        {
            var file = BenchmarkFile.Open(path);
            var problems = file.Read().ToArray();
            formats.Add(file.Format);
            var without = file.LinesWithoutAnswer();
            Assert.True(without.Count <= problems.Length / 1000, $"{path}: lines {string.Join(", ", without)} box no answer");
            Assert.Equal(File.ReadLines(path).Count(l => l.Length > 0), problems.Length + without.Count);
            Assert.All(problems, p => Assert.False(string.IsNullOrWhiteSpace(p.Answer) || string.IsNullOrWhiteSpace(p.Question), p.Id));
            // A response that boxes the reference answer must be right, whatever the answer.
            var verifier = new ExactVerifier();
            Assert.All(problems, p => Assert.True(verifier.Verify(p, $"So it is \\boxed{{{p.Answer}}}").IsCorrect, p.Id));
        }
        Assert.Superset(new HashSet<BenchmarkFormat> { BenchmarkFormat.Gsm8k, BenchmarkFormat.Math, BenchmarkFormat.Svamp }, formats);
    }

    [SkippableFact]
    public void Math500_AnswersAndIds_AreThoseOfMathsTestFile()
    {
        var math = BenchmarkFile.ReadAll(OracleData.DataSet("math/test.jsonl")).ToDictionary(p => p.Id);
        var subset = BenchmarkFile.ReadAll(OracleData.DataSet("math500/test.jsonl"));
        Assert.All(subset, p => Assert.True(math.ContainsKey(p.Id) && math[p.Id].Level == p.Level, p.Id));
        // The answers were taken from the boxes by someone else; blanks and styles of fractions aside they agree.
        Assert.True(subset.Count(p => new ExactVerifier().Verify(math[p.Id], $"\\boxed{{{p.Answer}}}").IsCorrect) >= 0.97 * subset.Count);
    }
}
