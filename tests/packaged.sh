#!/usr/bin/env bash
# Uses the packed library where .NET people work, in an empty folder: notebooks in the C# kernel of Jupyter and Polyglot Notebooks, single files, `dotnet new w2sr`.
# Packages of other people come from what this machine restored already, or from its sources.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work"
work=$(cd "$work" && pwd)
fallback=${NUGET_PACKAGES:-$HOME/.nuget/packages}
dotnet pack "$root/src/W2SR.Core" -c Release -o "$work/packages" >"$work/pack.log" || { cat "$work/pack.log"; exit 1; }
dotnet pack "$root/templates/W2SR.Templates.csproj" -o "$work/packages" >"$work/pack.log" || { cat "$work/pack.log"; exit 1; }
dotnet build "$root/tests/W2SR.Core.NotebookRunner" -c Release -v q -nologo >"$work/runner.log" || { cat "$work/runner.log"; exit 1; }
dotnet build "$root/samples/WeakToStrong" -c Release -v q -nologo >"$work/runner.log" || { cat "$work/runner.log"; exit 1; }
if [ -d "$fallback/w2sr.core" ]; then echo "$fallback holds a W2SR.Core already, which would hide the one under test. Remove it first."; exit 1; fi
# A cache of its own, so that the package under test never stays behind in the user's.
export NUGET_PACKAGES="$work/cache" NUGET_FALLBACK_PACKAGES="$fallback"

mkdir -p "$work/notebooks" && cd "$work/notebooks"
for notebook in "$root"/samples/notebooks/*.ipynb; do
  name=$(basename "$notebook" .ipynb)
  dotnet "$root/tests/W2SR.Core.NotebookRunner/bin/Release/net10.0/W2SR.Core.NotebookRunner.dll" "$notebook" --source "$work/packages" --html "$work/notebooks/$name.html" >"$name.log" 2>&1 || { cat "$name.log"; exit 1; }
  echo "notebook $name: fine"
done
grep -q "RGR" quickstart.html && grep -q "<polyline" quickstart.html || { echo "The quickstart notebook shows no RGR or no curve."; exit 1; }
grep -q "W2SR-P" experiment.html && grep -q "RGR" experiment.html || { echo "The experiment notebook shows no result."; exit 1; }
grep -q "background:#15803d" own-traces.html || grep -q "background:#b91c1c" own-traces.html || { echo "The traces notebook shows no verdict."; exit 1; }

mkdir -p "$work/files" && cd "$work/files"
cp "$root"/samples/single-file/*.cs .
cat >nuget.config <<XML
<configuration><packageSources><add key="packed" value="$work/packages" /></packageSources></configuration>
XML
dotnet run verify.cs -- '\frac{1}{\sqrt{2}}' 'So it is \boxed{\sqrt{2}/2}.' | tee verify.log
grep -q "^Correct" verify.log
if dotnet run verify.cs -- 2 'It is \boxed{3}.' >wrong.log; then echo "A wrong answer ended with code 0."; exit 1; fi
grep -q "^Incorrect" wrong.log
dotnet run teach.cs | tee teach.log
grep -q "held-out problems right" teach.log
echo "single files: fine"

mkdir -p "$work/template" && cd "$work/template"
cp "$work/files/nuget.config" .
dotnet new install "$work"/packages/W2SR.Templates.*.nupkg --debug:custom-hive "$work/hive" >install.log || { cat install.log; exit 1; }
dotnet new w2sr -n Teaching --debug:custom-hive "$work/hive" >new.log || { cat new.log; exit 1; }
code=0
dotnet run --project Teaching >run.log 2>&1 || code=$?
[ "$code" -eq 2 ] && grep -q "^Usage: Teaching TEACHER STUDENT" run.log || { cat run.log; exit 1; }
dotnet new w2sr -n OnGpu --backend cuda --debug:custom-hive "$work/hive" >>new.log
grep -q "TorchSharp-cuda-linux" OnGpu/OnGpu.csproj && ! grep -q "libtorch-cpu" OnGpu/OnGpu.csproj || { echo "The template ignores --backend."; exit 1; }
dotnet new w2sr-experiment -n mine --debug:custom-hive "$work/hive" >>new.log
dotnet run -c Release --no-build --project "$root/samples/WeakToStrong" -- mine.json --plan --out "$work/template/run" >plan.log 2>&1 && grep -q "reasoner" plan.log || { cat plan.log; exit 1; }
echo "templates: fine"
