package output

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	p "github.com/pulumi/pulumi-go-provider"
)

const (
	// A line is collected up to this length and shown up to the next one. The gap is there so that a secret which
	// the first limit cuts in two is not in the part that is shown.
	maxLineKept  = 64 << 10
	maxLineShown = 4 << 10

	// So many lines may wait for the engine. A command that prints faster than the engine listens runs at its own
	// pace, and its further lines are counted instead of shown.
	maxLinesWaiting = 2048
)

// lineSplitter cuts a stream of text into lines.
type lineSplitter struct {
	emit    func(line string)
	pending []byte
}

func (l *lineSplitter) write(text []byte) {
	for len(text) > 0 {
		line, rest, ended := bytes.Cut(text, []byte{'\n'})
		room := maxLineKept - len(l.pending)
		l.pending = append(l.pending, line[:min(room, len(line))]...)
		if !ended {
			return
		}
		l.emit(string(l.pending))
		l.pending = l.pending[:0]
		text = rest
	}
}

func (l *lineSplitter) finish() {
	if len(l.pending) > 0 {
		l.emit(string(l.pending))
		l.pending = nil
	}
}

// statusLog shows lines beside the resource in Pulumi's progress display.
type statusLog struct {
	queue   chan string
	lost    atomic.Int64
	drained chan struct{}
}

func startStatusLog(ctx context.Context) *statusLog {
	secrets := RedactorFrom(ctx)
	// What a command printed before it was cancelled is still worth showing.
	logger := p.GetLogger(context.WithoutCancel(ctx))
	l := &statusLog{queue: make(chan string, maxLinesWaiting), drained: make(chan struct{})}
	go func() {
		defer close(l.drained)
		for line := range l.queue {
			logger.InfoStatus(presentable(secrets.Text(line), maxLineShown))
		}
		if lost := l.lost.Load(); lost > 0 {
			logger.InfoStatus(fmt.Sprintf("%d more lines were printed too fast to be shown", lost))
		}
	}()
	return l
}

func (l *statusLog) put(line string) {
	select {
	case l.queue <- line:
	default:
		l.lost.Add(1)
	}
}

func (l *statusLog) close() {
	close(l.queue)
	<-l.drained
}

// presentable makes text fit for a message: valid UTF-8 (a message with other bytes in it could not be sent) and at
// most limit bytes of it.
func presentable(text string, limit int) string {
	if len(text) > limit {
		text = text[:limit] + "..."
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
