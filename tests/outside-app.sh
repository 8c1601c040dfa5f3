#!/usr/bin/env bash
# Packs the library and uses it as a stranger would: a console app outside the repository, with the package and the native package
# from NuGet. Runs the README's example, then an app whose first line touches torch.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work/app" "$work/packages"
dotnet pack "$root/src/W2SR.Core" -c Release -o "$work/packages" >/dev/null
version=$(ls "$work/packages" | sed -nE 's/^W2SR\.Core\.(.*)\.nupkg$/\1/p')
unzip -l "$work/packages/W2SR.Core.$version.nupkg" >"$work/contents" 2>/dev/null || python3 -m zipfile -l "$work/packages/W2SR.Core.$version.nupkg" >"$work/contents"
for file in README.md lib/net10.0/W2SR.Core.dll lib/net10.0/W2SR.Core.xml buildTransitive/W2SR.Core.targets buildTransitive/W2srLoadTorch.cs; do
  grep -q "$file" "$work/contents" || { echo "The package lacks $file."; exit 1; }
done
[ -s "$work/packages/W2SR.Core.$version.snupkg" ] || { echo "There is no symbol package."; exit 1; }

cd "$work/app"
cat >app.csproj <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
    <RestoreAdditionalProjectSources>$work/packages</RestoreAdditionalProjectSources>
    <RestorePackagesPath>$work/cache</RestorePackagesPath>
    <RestoreFallbackFolders>${NUGET_PACKAGES:-$HOME/.nuget/packages}</RestoreFallbackFolders>
    <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
    <NoWarn>NU1603</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="W2SR.Core" Version="$version" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
  </ItemGroup>
</Project>
XML
sed -n '/^## Library in 15 lines/,/^```$/p' "$root/README.md" | sed '1,/^```csharp$/d;/^```$/d' >Program.cs
dotnet run -c Release
cat >Program.cs <<'CS'
Console.WriteLine("touched first: " + TorchSharp.torch.ones(3).sum().item<float>());
CS
dotnet run -c Release | grep -qx "touched first: 3"
echo "outside app: fine"
