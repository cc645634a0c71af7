package output

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

const (
	mask = "[secret]"

	// Shorter secrets are left alone: hiding every "1" hides nothing and spoils the text.
	minSecret = 3
	// A line of a longer secret is hidden by itself, because logs are made line by line, but not its "{" or "fi".
	minSecretLine = 8
)

// Redactor takes known secrets out of text. The zero value takes out nothing.
type Redactor struct {
	replacer *strings.Replacer
}

// NewRedactor makes a Redactor for the given secrets and for each line of those that have several.
func NewRedactor(secrets []string) Redactor {
	var hidden []string
	for _, secret := range secrets {
		if len(secret) >= minSecret {
			hidden = append(hidden, secret)
		}
		for line := range strings.Lines(secret) {
			if line = strings.TrimSpace(line); len(line) >= minSecretLine {
				hidden = append(hidden, line)
			}
		}
	}
	if len(hidden) == 0 {
		return Redactor{}
	}
	// The first match wins, so a secret must come before those it contains.
	slices.SortFunc(hidden, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var pairs []string
	for _, secret := range hidden {
		pairs = append(pairs, secret, mask)
	}
	return Redactor{strings.NewReplacer(pairs...)}
}

// Text returns the text without the secrets.
func (r Redactor) Text(text string) string {
	if r.replacer == nil {
		return text
	}
	return r.replacer.Replace(text)
}

type redactorKey struct{}

// WithRedactor makes the secrets of one request known to all that is done for it.
func WithRedactor(ctx context.Context, r Redactor) context.Context {
	return context.WithValue(ctx, redactorKey{}, r)
}

// RedactorFrom returns the Redactor of the request, or one that takes out nothing.
func RedactorFrom(ctx context.Context) Redactor {
	r, _ := ctx.Value(redactorKey{}).(Redactor)
	return r
}
