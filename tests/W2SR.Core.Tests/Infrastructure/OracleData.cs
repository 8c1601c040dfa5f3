using System.Text.Json;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>
/// Reference numbers made by other implementations: in <c>../shared/oracles</c> beside the repository, or where <c>W2SR_ORACLES</c>
/// points; the real model in <c>../shared/models</c> or <c>W2SR_MODELS</c>. What is absent skips the test with a reason, unless
/// <c>W2SR_REQUIRE_ORACLES=1</c>.
/// </summary>
internal static class OracleData
{
    private static bool IsRequired => Environment.GetEnvironmentVariable("W2SR_REQUIRE_ORACLES") == "1";

    /// <summary>A folder under the oracles, such as "optim" or "grpo/run-dapo-default". Skips the running [SkippableFact] where it is absent.</summary>
    public static string Folder(string name) => Locate("W2SR_ORACLES", "oracles", name);

    /// <summary>A file under the oracles.</summary>
    public static string File(string name) => Locate("W2SR_ORACLES", "oracles", name);

    /// <summary>A folder or file under the models.</summary>
    public static string Model(string name) => Locate("W2SR_MODELS", "models", name);

    /// <summary>A folder or file under the data sets (<c>../shared/data</c> or <c>W2SR_DATA</c>).</summary>
    public static string DataSet(string name) => Locate("W2SR_DATA", "data", name);

    /// <summary>A folder or file of other engines' hand-over (<c>../shared/handover</c> or <c>W2SR_HANDOVER</c>).</summary>
    public static string Handover(string name) => Locate("W2SR_HANDOVER", "handover", name);

    /// <summary>Parses a JSON file under the oracles.</summary>
    public static JsonDocument Json(string name) => JsonDocument.Parse(System.IO.File.ReadAllBytes(File(name)));

    /// <summary>Where something under the oracles would be, there or not: for lists of cases.</summary>
    public static string Path(string name) => Place("W2SR_ORACLES", "oracles", name);

    /// <summary>Where something under the models would be, there or not.</summary>
    public static string ModelPath(string name) => Place("W2SR_MODELS", "models", name);

    private static string Place(string variable, string folder, string name)
    {
        var root = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set
            ? set
            : System.IO.Path.GetFullPath(System.IO.Path.Combine(RepositoryPaths.Root, "..", "shared", folder));
        return System.IO.Path.Combine(root, name);
    }

    private static string Locate(string variable, string folder, string name)
    {
        var path = Place(variable, folder, name);
        var isThere = Directory.Exists(path) || System.IO.File.Exists(path);
        if (!isThere && IsRequired)
            Assert.Fail($"{path} is absent, and W2SR_REQUIRE_ORACLES=1 asks for it. Set {variable} to the folder that holds '{name}'.");
        Skip.IfNot(isThere, $"{path} is absent; set {variable} to the folder that holds '{name}'.");
        return path;
    }
}
