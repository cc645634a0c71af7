package output

import (
	"context"
	"fmt"
	"strings"
)

const (
	maxCommandQuoted = 300
	maxLinesQuoted   = 60
	maxTextQuoted    = 8 << 10
	// Only this much of the end of a stream is searched for secrets. It is far more than is quoted, so a secret that
	// the limit cuts in two is not in the part that is quoted.
	maxTextSearched = 256 << 10
)

// Failure is the error of a command that could not be started, ended with a bad exit code or was cancelled. It says
// why, which command it was, and how its stderr and stdout ended.
func Failure(ctx context.Context, cause error, command string, printed *Streams) error {
	secrets := RedactorFrom(ctx)
	var text strings.Builder
	fmt.Fprintf(&text, "running %q", presentable(secrets.Text(command), maxCommandQuoted))
	quoteEnd(&text, "stderr", printed.Stderr.Text(), secrets)
	quoteEnd(&text, "stdout", printed.Stdout.Text(), secrets)
	return fmt.Errorf("%w: %s", cause, text.String())
}

func quoteEnd(to *strings.Builder, name, printed string, secrets Redactor) {
	if printed == "" {
		return
	}
	total := strings.Count(printed, "\n") + 1
	end := secrets.Text(lastBytes(printed, maxTextSearched))
	lines := strings.Split(lastBytes(end, maxTextQuoted), "\n")
	lines = lines[max(0, len(lines)-maxLinesQuoted):]
	if len(lines) < total {
		name = fmt.Sprintf("%s (last %d of %d lines)", name, len(lines), total)
	}
	fmt.Fprintf(to, "\n%s:\n%s", name, strings.ToValidUTF8(strings.Join(lines, "\n"), "\uFFFD"))
}

func lastBytes(text string, limit int) string {
	return text[max(0, len(text)-limit):]
}
