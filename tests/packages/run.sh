#!/usr/bin/env bash
# What users get besides the sources: the bundle that needs no .NET, the .NET tool and the library package, each made and used.
# Nothing outside a temporary folder and the build's own folders is changed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "packages: $*" >&2; exit 1; }

# check COMMAND…: lists devices, trains, and verifies, as a first user would.
check() {
    (
        mkdir "$dir/check" && cd "$dir/check"
        "$@" devices | grep -Eq '^cpu .* yes( |$)' || fail "$*: devices does not list the CPU"
        "$@" sweep --device cpu --n 12 --width 20 --seeds 5 --log log --quiet | grep -q '^log: log' || fail "$*: sweep failed"
        "$@" verify --device cpu | grep -q '^all checks passed' || fail "$*: verify failed"
    )
    rm -r "$dir/check"
}

echo "bundle for linux-x64"
dotnet publish -c Release -r linux-x64 "$root/src/ParityGpu.Cli" -v quiet --nologo -o "$dir/bundles/linux-x64"
archives=("$dir"/bundles/parity-*-linux-x64.tar.gz)
(($(stat -c %s "${archives[0]}") < 60000000)) || fail "${archives[0]} is larger than 60 MB"
mkdir "$dir/unpacked" "$dir/home"
tar -xzf "${archives[0]}" -C "$dir/unpacked"
[[ $(LC_ALL=C ls "$dir/unpacked") == $'LICENSE\nlibHarfBuzzSharp.so\nlibSkiaSharp.so\nparity' ]] \
    || fail "the bundle is more than a program, what draws PNGs, and its licence: $(ls "$dir/unpacked")"
check env -i PATH=/usr/bin:/bin HOME="$dir/home" "$dir/unpacked/parity"
(
    cd "$dir/home"
    env -i PATH=/usr/bin:/bin "$dir/unpacked/parity" sweep --device cpu --n 12 --width 20 --seeds 5 --log log --quiet > sweep.txt
    env -i PATH=/usr/bin:/bin "$dir/unpacked/parity" plot log --kind width -o width.png || fail "the bundle draws no PNG"
    rm log sweep.txt width.png
)
"$root/tests/packages/minimal-root.sh" "$dir/unpacked" || (($? == 77)) || fail "the bundle does not work in a minimal root"

echo "packages"
dotnet pack -c Release "$root/ParityGpu.sln" -v quiet --nologo -o "$dir/packages"
# A package folder of its own: the user's may hold the same version of another build. What else is needed comes from there.
export NUGET_FALLBACK_PACKAGES=${NUGET_PACKAGES:-$HOME/.nuget/packages}
export NUGET_PACKAGES=$dir/nuget

echo "tool"
dotnet tool install ParityGpu.Cli --add-source "$dir/packages" --tool-path "$dir/tools" --verbosity quiet
check "$dir/tools/parity"

echo "library"
mkdir "$dir/example"
cp "$root/tests/LibraryExample/Program.cs" "$dir/example"
cat >"$dir/example/Example.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="ParityGpu" Version="*" />
  </ItemGroup>
</Project>
XML
cd "$dir/example"
dotnet restore -p:RestoreAdditionalProjectSources="$dir/packages" -v quiet
dotnet run -c Release --no-restore 2>/dev/null | grep -q '^k = 2: 50 of 50 solved' || fail "the library's example failed"
echo "bundle, tool and library work"
