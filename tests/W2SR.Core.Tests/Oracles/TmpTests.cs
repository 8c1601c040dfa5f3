using TorchSharp; using W2SR.Core.Tests.Infrastructure; using static TorchSharp.torch;
namespace W2SR.Core.Tests.Oracles;
public sealed class TmpTests {
 [Fact] public void Measure() {
  var lines = new List<string>();
  foreach (var f in OracleModels.Names) {
    using var a = OracleModels.Load(f, ScalarType.BFloat16);
    using var b = OracleModels.Load(f);
    using var s = NewDisposeScope();
    using (no_grad()) b.Model.Parameters.Values.copy_(a.Model.Parameters.Values);
    double wa=0,wb=0,scale=0,ma=0,mb=0; long n=0;
    foreach (var (i,p) in a.Prompts.Index()) { var e=a.Expected[$"logits.{i}"]; var da=(a.LogitsOf(p).to(ScalarType.Float32)-e).abs(); var db=(b.LogitsOf(p)-e).abs();
      wa=Math.Max(wa,da.max().ToDouble()); wb=Math.Max(wb,db.max().ToDouble()); scale=Math.Max(scale,e.abs().max().ToDouble()); ma+=da.sum().ToDouble(); mb+=db.sum().ToDouble(); n+=e.numel(); }
    lines.Add($"{f}: bf16 all {wa:F4} (mean {ma/n:F5}); weights only {wb:F4} (mean {mb/n:F5}); largest logit {scale:F2}");
  }
  Assert.Fail(string.Join("\n", lines));
 } }
