package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestLogging(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	for logging, want := range map[string]string{
		"": "out err", "stdout": "out", "stderr": "err", "stdoutAndStderr": "out err", "none": "",
	} {
		for token, inputs := range map[string]values{
			localCommand:  {"create": "echo out; echo err >&2"},
			remoteCommand: {"create": "echo out; echo err >&2", "connection": target.connection()},
		} {
			t.Run(token+" "+logging, func(t *testing.T) {
				t.Parallel()
				e := newEngine(t)
				if logging != "" {
					inputs["logging"] = logging
				}
				made := e.create(token, inputs)
				equal(t, "stdout is kept", made.get("stdout"), "out")
				equal(t, "stderr is kept", made.get("stderr"), "err")
				logged := said(messages.about(e.urn(token)), "INFO")
				for _, line := range []string{"out", "err"} {
					equal(t, line+" is logged", strings.Contains(logged, line+"\n"), strings.Contains(want, line))
				}
			})
		}
	}
}

func TestLogLinesAreStatusMessagesAndWholeLines(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	e.create(localCommand, values{"create": `printf 'a'; printf 'b\n\377\nlast'; printf 'x%.0s' $(seq 10000) >&2`})
	var lines []string
	for _, m := range messages.about(e.urn(localCommand)) {
		if !m.status {
			t.Errorf("%q is more than a status message", m.text)
		}
		lines = append(lines, m.text)
	}
	all := strings.Join(lines, "\n")
	contains(t, all, "ab", "\uFFFD", "last", strings.Repeat("x", 4096)+"...")
	containsNot(t, all, strings.Repeat("x", 4097))
}

func TestHugeOutputIsKeptWhole(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	for title, command := range map[string]string{
		"one line":   "head -c 40000000 /dev/zero | tr '\\0' x",
		"many lines": "yes 1234567 | head -n 2500000; yes 1234567 | head -n 2500000 >&2",
	} {
		for token, inputs := range map[string]values{
			localCommand:  {"create": command},
			remoteCommand: {"create": command, "connection": target.connection()},
		} {
			t.Run(token+" "+title, func(t *testing.T) {
				e := newEngine(t)
				began := time.Now()
				made := e.create(token, inputs)
				if took := time.Since(began); took > 60*time.Second {
					t.Errorf("it took %s", took)
				}
				if title == "one line" {
					equal(t, "length", len(made.get("stdout")), 40000000)
					return
				}
				equal(t, "length", len(made.get("stdout"))+len(made.get("stderr")), 39999998)
				shown := said(messages.about(e.urn(token)), "INFO")
				contains(t, shown, "1234567\n", "more lines were printed too fast to be shown")
			})
		}
	}
}

func TestFailureSaysHowTheCommandEnded(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	for token, c := range map[string]struct {
		more   values
		status string
	}{
		localCommand:  {values{}, "exit status 7"},
		remoteCommand: {values{"connection": target.connection()}, "exited with status 7"},
	} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t)
			c.more["create"] = "echo printed; seq 1 200 | sed s/^/line/ >&2; exit 7"
			err := e.createError(token, c.more)
			contains(t, err, c.status, `running "echo printed; `, "stderr (last 60 of 200 lines):\nline141\n", "line200\n",
				"stdout:\nprinted")
			containsNot(t, err, "line140\n")

			c.more["create"] = "exit 7 # " + strings.Repeat("long ", 1000)
			err = e.createError(token, c.more)
			containsNot(t, err, "stderr", "stdout")
			if len(err) > 500 {
				t.Errorf("the error quotes all of a long command: %d bytes", len(err))
			}

			c.more["create"] = "head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 7"
			if err = e.createError(token, c.more); len(err) > 10000 {
				t.Errorf("the error quotes all of a long line: %d bytes", len(err))
			}
		})
	}
}

func TestFailureToStart(t *testing.T) {
	t.Parallel()
	err := newEngine(t).createError(localCommand, values{"create": "x", "interpreter": []any{"/none/such"}})
	contains(t, err, "/none/such", "no such file", fmt.Sprintf("running %q", "x"))
}
