using PublicApiGenerator;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Packaging;

public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_IsTheApprovedOne()
    {
        var file = Path.Combine(RepositoryPaths.Root, "tests", "W2SR.Core.Tests", "Packaging", "PublicApi.approved.txt");
        var actual = typeof(TorchRuntime).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("W2SR_APPROVE_API") == "1") File.WriteAllText(file, actual);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == actual,
            "The public API changed. If that is meant, run this test once with W2SR_APPROVE_API=1 and commit PublicApi.approved.txt.");
    }
}
