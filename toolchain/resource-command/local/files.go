package local

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/gobwas/glob"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// pattern is one rule of a list of globs.
type pattern struct {
	glob    glob.Glob
	exclude bool
}

// findFiles returns the regular files below dir that the rules choose, by their path relative to dir. The last rule
// that matches a file decides.
func findFiles(dir string, rules []string) (map[string]*resource.Asset, error) {
	patterns, err := compile(rules)
	if err != nil {
		return nil, err
	}
	files := map[string]*resource.Asset{}
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !chosen(name, patterns) {
			return err
		}
		file := path.Join(dir, name)
		// A link counts as what it points to. Reading a pipe or socket as an asset would never end.
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
			return nil
		}
		files[name], err = resource.NewPathAsset(file)
		return err
	})
	return files, err
}

func compile(rules []string) ([]pattern, error) {
	patterns := make([]pattern, 0, len(rules))
	for _, rule := range rules {
		text, exclude := strings.CutPrefix(rule, "!")
		compiled, err := glob.Compile(text, '/')
		if err != nil {
			return nil, fmt.Errorf("%q is not a glob: %w", rule, err)
		}
		patterns = append(patterns, pattern{compiled, exclude})
	}
	return patterns, nil
}

func chosen(name string, patterns []pattern) bool {
	in := false
	for _, p := range patterns {
		if p.glob.Match(name) {
			in = !p.exclude
		}
	}
	return in
}
