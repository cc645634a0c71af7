package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// makeTree fills a folder by a command, as a user's build would, and gives the rest of the inputs.
func makeTree(t *testing.T) (dir string, inputs values) {
	t.Helper()
	dir = t.TempDir()
	return dir, values{"dir": dir, "create": `
		mkdir -p assets/logos src deep/er
		echo logo >assets/logos/logo.svg; echo a >assets/a.txt
		echo index >src/index.js; echo shh >src/secret.js; echo top >top.js
		echo d >deep/er/d.txt; ln -s src/index.js link.js; ln -s src linked; ln -s none broken.js`}
}

func TestAssetPathsChooseFiles(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		globs []any
		want  string
	}{
		"the rules of the documentation": {[]any{"assets/**", "src/**.js", "!**secret.*"}, "assets/a.txt assets/logos/logo.svg src/index.js"},
		"a star stops at a slash":        {[]any{"*.txt", "assets/*"}, "assets/a.txt"},
		"two stars do not":               {[]any{"**.txt"}, "assets/a.txt deep/er/d.txt"},
		"the last rule wins":             {[]any{"!src/*", "src/*"}, "src/index.js src/secret.js"},
		"links count as files":           {[]any{"*.js", "linked"}, "link.js top.js"},
		"alternatives":                   {[]any{"src/{index,secret}.js"}, "src/index.js src/secret.js"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			dir, inputs := makeTree(t)
			if err := syscall.Mkfifo(filepath.Join(dir, "pipe.txt"), 0o600); err != nil {
				t.Fatal(err)
			}
			inputs["assetPaths"], inputs["archivePaths"] = c.globs, c.globs
			made := newEngine(t).create(localCommand, inputs)
			assets := made.state.Get("assets").AsMap()
			equal(t, "assets", names(assets.AsMap()), c.want)
			for name, asset := range assets.All {
				equal(t, "the asset's path", asset.AsAsset().Path, filepath.Join(dir, name))
				content, err := asset.AsAsset().Bytes()
				equal(t, "the asset's content", string(content), read(t, filepath.Join(dir, name)))
				if err != nil || asset.AsAsset().Hash == "" {
					t.Errorf("%s has no content or hash: %v", name, err)
				}
			}
			archive, known := made.state.Get("archive").AsArchive().GetAssets()
			equal(t, "the archive is of assets", known, true)
			equal(t, "archive", names(archive), c.want)
		})
	}
}

func TestGlobsThatMatchNothingGiveNothing(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	_, inputs := makeTree(t)
	inputs["assetPaths"], inputs["archivePaths"] = []any{"*.js"}, []any{"*.js"}
	made := e.create(localCommand, inputs)
	inputs = values{"dir": inputs["dir"], "create": "true", "assetPaths": []any{"*.none"}, "archivePaths": []any{"*.none"}}
	for _, state := range []instance{e.create(localCommand, inputs), e.update(made, inputs)} {
		if archive, known := state.state.GetOk("archive"); known {
			t.Errorf("there is an archive: %v", archive)
		}
		if assets, known := state.state.GetOk("assets"); known {
			equal(t, "assets", assets.AsMap().Len(), 0)
		}
	}
}

func TestAssetsAreNotCollectedUnlessAskedFor(t *testing.T) {
	t.Parallel()
	_, inputs := makeTree(t)
	made := newEngine(t).create(localCommand, inputs)
	for _, name := range []string{"assets", "archive"} {
		if _, known := made.state.GetOk(name); known {
			t.Errorf("there is %s", name)
		}
	}
}

func TestAssetsFollowTheCommandOfAnUpdate(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	dir := t.TempDir()
	inputs := values{"dir": dir, "create": "echo 1 >f", "assetPaths": []any{"f"}}
	made := e.create(localCommand, inputs)
	inputs["create"] = "echo 2 >f"
	updated := e.update(made, inputs)
	hash := func(i instance) string { return i.state.Get("assets").AsMap().Get("f").AsAsset().Hash }
	if hash(made) == hash(updated) {
		t.Error("the asset still has the old content")
	}
}

func TestAWrongGlobIsNamed(t *testing.T) {
	t.Parallel()
	contains(t, newEngine(t).createError(localCommand, values{"create": "true", "assetPaths": []any{"a[b"}}), `"a[b"`)
}

func TestAssetsAndArchivesCanBeTriggers(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	file := filepath.Join(t.TempDir(), "f")
	trigger := func(content string) values {
		write(t, file, content)
		asset, err := resource.NewPathAsset(file)
		if err != nil {
			t.Fatal(err)
		}
		return values{"create": "echo made", "triggers": []any{property.New(asset)}}
	}
	made := e.create(localCommand, trigger("1"))
	equal(t, "the same content", e.plan(made, trigger("1")), "same")
	equal(t, "other content", e.plan(made, trigger("2")), "replace")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
}

func names[V any](m map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), " ")
}
