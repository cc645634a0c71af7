package main

import (
	"context"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
)

var replacing = map[p.DiffKind]p.DiffKind{p.Add: p.AddReplace, p.Update: p.UpdateReplace, p.Delete: p.DeleteReplace}

// replaceOnTriggers makes every change of triggers replace the resource. The tag on the field does that only for the
// list as a whole, not for one value in it; the npm package asks the engine for the rest, other clients may not.
func replaceOnTriggers(provider p.Provider) p.Provider {
	diff := provider.Diff
	provider.Diff = func(ctx context.Context, req p.DiffRequest) (p.DiffResponse, error) {
		response, err := diff(ctx, req)
		for path, change := range response.DetailedDiff {
			// The path of a change is "triggers" or begins so, as in "triggers[0].name".
			if kind, ok := replacing[change.Kind]; ok && strings.HasPrefix(path, "triggers") {
				change.Kind = kind
				response.DetailedDiff[path] = change
			}
		}
		return response, err
	}
	return provider
}
