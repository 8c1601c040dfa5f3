using System.Text;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Tokens;

/// <summary>Containers often switch ICU off; then .NET's own normalisation leaves text as it is.</summary>
public sealed class InvariantCultureTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-invariant-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Encode_InGlobalizationInvariantMode_NormalisesAndMapsCaseAllTheSame()
    {
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), TinyTokenizer.Json().ToJsonString());
        var program = ChildProcess.Program("tests/W2SR.Core.Tests.FreshProcess", "W2SR.Core.Tests.FreshProcess.dll");
        (int Code, string Output, string Error) Run(string text, string invariant) =>
            ChildProcess.Run(program, ["encode", folder, text], start =>
            {
                start.StandardOutputEncoding = Encoding.UTF8;
                start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = invariant;
            });
        const string apart = "Cafe\u0301 stra\u00DFe \u1112\u1161\u11AB"; // e and accent, Hangul in its parts
        var invariant = Run(apart, "1");
        Assert.True(invariant.Code == 0, invariant.Error);
        Assert.Equal(Run(apart.Normalize(NormalizationForm.FormC), "0").Output.Split('\n')[0], invariant.Output.Split('\n')[0]);
        Assert.Equal(Run(apart, "0").Output, invariant.Output);
        Assert.Contains("STRASSE", invariant.Output, StringComparison.Ordinal);
    }
}
