package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// asPlugin makes the test binary behave as the plugin, for tests that need it as a process of its own.
const asPlugin = "RESOURCE_COMMAND_TEST_AS_PLUGIN"

func TestMain(m *testing.M) {
	if os.Getenv(asPlugin) != "" {
		main()
		return
	}
	_ = os.Unsetenv("SSH_AUTH_SOCK")
	slog.SetDefault(slog.New(recorder{messages: &messages}))
	code := m.Run()
	stopSSHD()
	os.Exit(code)
}

// within fails the test if what is to happen takes longer than anyone would wait.
func within(t *testing.T, limit time.Duration, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !happened(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", limit, what)
		}
	}
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in %q", part, shortened(text))
		}
	}
}

func containsNot(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%q is in %q", part, shortened(text))
		}
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %s, want %s", what, shortened(fmt.Sprintf("%#v", got)), shortened(fmt.Sprintf("%#v", want)))
	}
}

func shortened(text string) string {
	if len(text) > 2000 {
		return text[:1000] + " ... " + text[len(text)-1000:]
	}
	return text
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// message is what the plugin told the user about a resource.
type message struct {
	urn, level, text string
	status           bool
}

var messages messageList

type messageList struct {
	mu  sync.Mutex
	all []message
}

// about returns the messages for a resource, oldest first.
func (l *messageList) about(urn resource.URN) []message {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []message
	for _, m := range l.all {
		if m.urn == string(urn) {
			found = append(found, m)
		}
	}
	return found
}

// said joins the texts of messages, one a line.
func said(list []message, level string) string {
	var text strings.Builder
	for _, m := range list {
		if m.level == level {
			text.WriteString(m.text + "\n")
		}
	}
	return text.String()
}

// recorder is where the provider's messages go when there is no engine to send them to.
type recorder struct {
	messages *messageList
	status   bool
}

func (r recorder) Enabled(context.Context, slog.Level) bool { return true }

func (r recorder) WithGroup(string) slog.Handler { return r }

func (r recorder) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		r.status = r.status || a.Key == "kind" && a.Value.String() == "status"
	}
	return r
}

func (r recorder) Handle(_ context.Context, record slog.Record) error {
	m := message{level: record.Level.String(), text: record.Message, status: r.status}
	record.Attrs(func(a slog.Attr) bool {
		if a.Key == "urn" {
			m.urn = a.Value.String()
		}
		return true
	})
	r.messages.mu.Lock()
	defer r.messages.mu.Unlock()
	r.messages.all = append(r.messages.all, m)
	return nil
}
