using TorchSharp;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using static TorchSharp.torch;

namespace W2SR.Core.Tests.Reasoners;

/// <summary>A process that saves is killed: what the folder then holds is one model or the other, whole.</summary>
public sealed class SaveKillTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-save-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SkippableFact]
    public async Task SaveAsync_KilledAtAnyMoment_LeavesTheOldFolderOrTheNewOne()
    {
        string first = OracleData.Folder("sft/model-qwen2"), second = Path.Combine(folder, "second"), target = Path.Combine(folder, "target");
        using var one = await LocalStudent.LoadAsync(first);
        using (no_grad())
        using (NewDisposeScope()) one.Model.Parameters.Values.neg_();
        await one.SaveAsync(second);
        using var other = await LocalStudent.LoadAsync(first);

        var program = ChildProcess.Program("tests/W2SR.Core.Tests.FreshProcess", "W2SR.Core.Tests.FreshProcess.dll");
        var random = new Random(7);
        for (var round = 0; round < LongChecks.Rounds(brief: 2, full: 30); round++)
        {
            using (var process = ChildProcess.Start(program, ["save", first, second, target]))
            {
                Assert.NotNull(await process.StandardOutput.ReadLineAsync()); // once saved: from here on the folder is never without a model
                await Task.Delay(random.Next(0, 200));
                process.Kill();
                await process.WaitForExitAsync();
            }
            using var back = await LocalStudent.LoadAsync(target);
            using var scope = NewDisposeScope();
            var values = back.Model.Parameters.Values;
            Assert.True(values.eq(one.Model.Parameters.Values).all().ToBoolean() || values.eq(other.Model.Parameters.Values).all().ToBoolean());
        }
    }
}
