// Package output looks after the text that a command prints: all of it is kept for the resource's outputs, its lines
// are passed on as status messages, and its end is quoted in errors. Secrets are taken out of messages and errors.
package output

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
)

// Streams collects what one run of a command prints.
type Streams struct {
	Stdout, Stderr *Stream

	log *statusLog
}

// NewStreams prepares for one run. Close must be called when the run is over.
func NewStreams(ctx context.Context, logging Logging) *Streams {
	log := startStatusLog(ctx)
	streams := &Streams{Stdout: &Stream{}, Stderr: &Stream{}, log: log}
	if logging.stdout() {
		streams.Stdout.lines = &lineSplitter{emit: log.put}
	}
	if logging.stderr() {
		streams.Stderr.lines = &lineSplitter{emit: log.put}
	}
	return streams
}

// Close takes no more text and returns when every line was passed on.
func (s *Streams) Close() {
	s.Stdout.close()
	s.Stderr.close()
	s.log.close()
}

// Stream collects one of a command's two outputs. It may be written to and read at the same time, because a command
// that was given up may still hold its end.
type Stream struct {
	mu     sync.Mutex
	text   bytes.Buffer
	lines  *lineSplitter
	closed bool
}

// Write keeps the text; it never waits for the status log.
func (s *Stream) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, io.ErrClosedPipe
	}
	s.text.Write(text)
	if s.lines != nil {
		s.lines.write(text)
	}
	return len(text), nil
}

// Text is all that was printed, without one newline at its end.
func (s *Stream) Text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.TrimSuffix(s.text.String(), "\n")
}

func (s *Stream) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lines != nil && !s.closed {
		s.lines.finish()
	}
	s.closed = true
}
