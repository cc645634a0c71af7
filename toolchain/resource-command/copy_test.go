package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func textAsset(t *testing.T, content string) property.Value {
	return asset(t)(resource.NewTextAsset(content))
}

func fileAsset(t *testing.T, file string) property.Value {
	return asset(t)(resource.NewPathAsset(file))
}

func asset(t *testing.T) func(*resource.Asset, error) property.Value {
	t.Helper()
	return func(asset *resource.Asset, err error) property.Value {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return property.New(asset)
	}
}

func fileArchive(t *testing.T, path string) property.Value {
	t.Helper()
	archive, err := resource.NewPathArchive(path)
	if err != nil {
		t.Fatal(err)
	}
	return property.New(archive)
}

// makeSource makes a folder "folder" and returns its path.
func makeSource(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.MkdirAll(filepath.Join(folder, "sub", "empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "a"), "content of a")
	write(t, filepath.Join(folder, "sub", "b"), strings.Repeat("content of b\n", 100000))
	if err := os.Symlink("a", filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// tree lists all below a folder, folders with a slash.
func tree(t *testing.T, folder string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if name := strings.TrimPrefix(strings.TrimPrefix(path, folder), "/"); err == nil && name != "" {
			if entry.IsDir() {
				name += "/"
			}
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestCopyPutsThings(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	const content = "a link sub/ sub/b sub/empty/"
	inside := func(folder string) string {
		return folder + "/ " + folder + "/" + strings.ReplaceAll(content, " ", " "+folder+"/")
	}
	for title, c := range map[string]struct {
		source, to string // The source is below the folder "folder"; "text" for a text asset.
		want       string
	}{
		"a file as a new file, with its parents":    {"a", "x/y/z", "x/ x/y/ x/y/z"},
		"a file into a folder":                      {"a", "old", "old/ old/a"},
		"a file over a file":                        {"a", "file", "file"},
		"a text as a new file, with its parents":    {"text", "x/y", "x/ x/y"},
		"a text over a file":                        {"text", "file", "file"},
		"a folder into a folder":                    {".", "old", "old/ " + inside("old/folder")},
		"a folder into a new folder":                {".", "x/y", "x/ x/y/ " + inside("x/y/folder")},
		"the content of a folder into a folder":     {"./", "old", inside("old")},
		"the content of a folder into a new folder": {"./", "x", inside("x")},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			from, to := makeSource(t), t.TempDir()
			want := c.want
			for _, made := range []string{"file", "old"} { // What is there before, next to what comes.
				if !slices.Contains(strings.Fields(want), made) && !slices.Contains(strings.Fields(want), made+"/") {
					continue
				}
				if made == "file" {
					write(t, filepath.Join(to, "file"), strings.Repeat("a longer content than that of a", 9))
				} else if err := os.Mkdir(filepath.Join(to, "old"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			var source property.Value
			wantContent := "content of a"
			switch c.source {
			case "text":
				wantContent = "text\nof ü"
				source = textAsset(t, wantContent)
			case ".":
				source = fileArchive(t, from)
			case "./":
				source = fileArchive(t, from+"/")
			default:
				source = fileAsset(t, filepath.Join(from, c.source))
			}
			e := newEngine(t)
			made := e.create(copyToRemote, values{
				"connection": target.connection(), "source": source, "remotePath": filepath.Join(to, c.to),
			})
			if len(made.id) != 8 {
				t.Errorf("the id is %q", made.id)
			}
			equal(t, "what is there", tree(t, to), want)
			for _, name := range strings.Fields(want) {
				switch filepath.Base(name) {
				case "a", "link", "z", "y", "file":
					if !strings.HasSuffix(name, "/") {
						equal(t, name, read(t, filepath.Join(to, name)), wantContent)
					}
				case "b":
					equal(t, name, len(read(t, filepath.Join(to, name))), 1300000)
				}
			}
		})
	}
}

func TestCopyRefuses(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	write(t, file, "old")
	withPipe := makeSource(t)
	archiveWithPipe := fileArchive(t, withPipe)
	if err := syscall.Mkfifo(filepath.Join(withPipe, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for title, c := range map[string]struct {
		source property.Value
		to     string
		want   string
	}{
		"a folder in the place of a file":  {fileArchive(t, makeSource(t)), file, "not a directory"},
		"content in the place of a file":   {fileArchive(t, makeSource(t)+"/"), file, "not a directory"},
		"a text in the place of a folder":  {textAsset(t, "x"), folder, "add a file name"},
		"a file below a file":              {textAsset(t, "x"), file + "/x", file},
		"what is neither file nor folder":  {archiveWithPipe, filepath.Join(folder, "new"), "pipe is neither"},
		"a file that is gone":              {goneAsset(t), filepath.Join(folder, "new"), "no such file"},
		"a place that nobody may write to": {textAsset(t, "x"), "/proc/none/x", "/proc/none"},
	} {
		err := newEngine(t).createError(copyToRemote, values{
			"connection": target.connection(), "source": c.source, "remotePath": c.to,
		})
		t.Log(title)
		contains(t, err, c.want, "copying to "+c.to+" on "+target.address)
	}
	equal(t, "the file", read(t, file), "old")
}

// goneAsset is of a file that was there when the asset was made.
func goneAsset(t *testing.T) property.Value {
	t.Helper()
	file := filepath.Join(t.TempDir(), "gone")
	write(t, file, "x")
	asset := fileAsset(t, file)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	return asset
}

func TestCopyTakesAnArchiveFileAsItIs(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	dir := t.TempDir()
	newEngine(t).create(localCommand, values{"dir": makeSource(t), "create": "tar -czf " + dir + "/packed.tgz ."})
	newEngine(t).create(copyToRemote, values{
		"connection": target.connection(), "source": fileArchive(t, dir+"/packed.tgz"), "remotePath": dir + "/copy/copied.tgz",
	})
	equal(t, "the copy", read(t, dir+"/copy/copied.tgz"), read(t, dir+"/packed.tgz"))
}

func TestCopyUpdates(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	dir := t.TempDir()
	inputs := values{"connection": target.connection(), "source": textAsset(t, "one"), "remotePath": dir + "/f"}
	made := e.create(copyToRemote, inputs)
	equal(t, "the plan for nothing new", e.plan(made, inputs), "same")

	inputs["source"] = textAsset(t, "two")
	equal(t, "the plan for new content", e.plan(made, inputs), "update")
	made = e.update(made, inputs)
	equal(t, "the file", read(t, dir+"/f"), "two")

	inputs["remotePath"] = dir + "/g"
	equal(t, "the plan for a new path", e.plan(made, inputs), "update")
	made = e.update(made, inputs)
	equal(t, "the new file", read(t, dir+"/g"), "two")
	equal(t, "the old file", read(t, dir+"/f"), "two")

	// Another connection alone: nothing is copied, not even a connection is made.
	inputs["connection"] = target.connectionTo(closedAddress(t), "dialErrorLimit", 0)
	equal(t, "the plan for a new connection", e.plan(made, inputs), "update")
	made = e.update(made, inputs)
	inputs["source"] = textAsset(t, "three")
	if _, err := e.tryUpdate(made, inputs); err == nil {
		t.Error("new content was not even tried to be copied")
	}
	_, err := e.server.Update(p.UpdateRequest{
		ID: made.id, Urn: e.urn(copyToRemote), State: made.state, Inputs: e.check(copyToRemote, inputs), DryRun: true,
	})
	if err != nil {
		t.Errorf("a preview connects: %v", err)
	}

	inputs["triggers"] = []any{"x"}
	equal(t, "the plan for triggers", e.plan(made, inputs), "replace")
}

func TestCopyChecksItsSource(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	uri, err := resource.NewURIAsset("file:///etc/hostname")
	if err != nil {
		t.Fatal(err)
	}
	assets, err := resource.NewAssetArchive(map[string]any{"a": uri})
	if err != nil {
		t.Fatal(err)
	}
	for title, c := range map[string]struct {
		source property.Value
		reason string
	}{
		"a text":               {textAsset(t, "x"), ""},
		"an empty text":        {textAsset(t, ""), ""},
		"a folder":             {fileArchive(t, makeSource(t)), ""},
		"what is not made yet": {property.New(property.Computed), ""},
		"a remote asset":       {property.New(uri), "FileAsset or a StringAsset"},
		"an archive of assets": {property.New(assets), "FileArchive"},
		"a string":             {property.New("x"), "source"},
	} {
		response, err := e.server.Check(p.CheckRequest{Urn: e.urn(copyToRemote), Inputs: properties(values{
			"connection": values{"host": "h"}, "remotePath": "x", "source": c.source,
		})})
		if err != nil {
			t.Fatal(err)
		}
		if c.reason == "" {
			equal(t, title, len(response.Failures), 0)
		} else if len(response.Failures) != 1 {
			t.Errorf("%s is accepted", title)
		} else {
			contains(t, response.Failures[0].Property+" "+response.Failures[0].Reason, c.reason)
		}
	}
	planned := e.preview(copyToRemote, values{
		"connection": values{"host": "h"}, "remotePath": "x", "source": property.New(property.Computed),
	})
	equal(t, "remotePath", text(planned.Get("remotePath")), "x")
}
