package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func TestLocalCreateKeepsWhatTheCommandPrints(t *testing.T) {
	t.Parallel()
	made := newEngine(t).create(localCommand, values{"create": "printf 'one\\n\\n'; printf two >&2"})
	equal(t, "stdout without one newline", made.get("stdout"), "one\n")
	equal(t, "stderr", made.get("stderr"), "two")
	if !regexp.MustCompile(`^TestLocalCreateKeepsWhatTheCommandPrints[0-9a-f]{8}$`).MatchString(made.id) {
		t.Errorf("the id is %q", made.id)
	}
}

func TestLocalPreviewRunsNothingAndKnowsNoOutput(t *testing.T) {
	t.Parallel()
	mark := filepath.Join(t.TempDir(), "ran")
	e := newEngine(t)
	planned := e.preview(localCommand, values{"create": "echo x | tee " + mark})
	if _, err := os.Stat(mark); err == nil {
		t.Error("the command ran in a preview")
	}
	if !planned.Get("stdout").IsComputed() || !planned.Get("stderr").IsComputed() {
		t.Errorf("outputs are known in a preview: %v", planned)
	}
	equal(t, "an input", text(planned.Get("create")), "echo x | tee "+mark)

	made := e.create(localCommand, values{"create": "echo x"})
	_, err := e.server.Update(p.UpdateRequest{
		ID: made.id, Urn: e.urn(localCommand), State: made.state, DryRun: true,
		Inputs: e.check(localCommand, values{"create": "touch " + mark}),
	})
	if _, missing := os.Stat(mark); err != nil || missing == nil {
		t.Errorf("an update ran in a preview, or failed: %v", err)
	}
}

func TestLocalWithoutACreateCommandRunsNothing(t *testing.T) {
	t.Parallel()
	made := newEngine(t).create(localCommand, values{"delete": "exit 1"})
	stdout, known := made.state.GetOk("stdout")
	equal(t, "stdout is there", known, true)
	equal(t, "stdout", text(stdout), "")
}

func TestLocalUpdate(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		before, after values
		stdout        string
	}{
		"runs the update command": {
			values{"create": "echo made", "update": "echo no"}, values{"create": "echo made", "update": "echo changed"},
			"changed",
		},
		"runs the create command if there is none": {
			values{"create": "echo made"}, values{"create": "echo made", "environment": values{"A": "1"}}, "made",
		},
		"runs an empty update command, which does nothing": {
			values{"create": "echo made"}, values{"create": "echo made", "update": ""}, "",
		},
		"keeps the outputs if there is neither": {
			values{"create": "echo made"}, values{"delete": "exit 1"}, "made",
		},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t)
			made := e.create(localCommand, c.before)
			equal(t, "the plan", e.plan(made, c.after), "update")
			equal(t, "stdout", e.update(made, c.after).get("stdout"), c.stdout)
		})
	}
}

func TestLocalUpdateThatFailsGivesNoNewState(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	made := e.create(localCommand, values{"create": "echo made"})
	updated, err := e.tryUpdate(made, values{"create": "echo half; exit 4"})
	if err == nil || updated.state.Len() != 0 {
		t.Fatalf("the update gave %v, %v", updated.state, err)
	}
	contains(t, err.Error(), "exit status 4")
}

func TestLocalDelete(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	dir := t.TempDir()
	made := e.create(localCommand, values{
		"create": "echo from create; echo oops >&2", "dir": dir, "environment": values{"NAME": "it"},
		"delete": `echo "$NAME: $PULUMI_COMMAND_STDOUT, $PULUMI_COMMAND_STDERR" >deleted`,
	})
	e.delete(made)
	equal(t, "what the delete command saw", read(t, filepath.Join(dir, "deleted")), "it: from create, oops\n")

	e.delete(e.create(localCommand, values{"create": "true"})) // Without a delete command nothing is run, nothing fails.

	made = e.create(localCommand, values{"delete": "echo stuck >&2; exit 9"})
	err := e.server.Delete(p.DeleteRequest{ID: made.id, Urn: e.urn(localCommand), Properties: made.state})
	if err == nil {
		t.Fatal("a delete command that fails must fail the deletion")
	}
	contains(t, err.Error(), "exit status 9", "stuck")
}

func TestTriggersReplace(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	with := func(triggers ...any) values { return values{"create": "true", "triggers": triggers} }
	cases := map[string]struct {
		before, after values
		plan          string
	}{
		"the same values":        {with("a", 1, values{"b": "c"}), with("a", 1, values{"b": "c"}), "same"},
		"another value":          {with("a", "b"), with("a", "c"), "replace"},
		"one value more":         {with("a"), with("a", "b"), "replace"},
		"one value less":         {with("a", "b"), with("a"), "replace"},
		"a value deep inside":    {with(values{"b": "c"}), with(values{"b": "d"}), "replace"},
		"the first triggers":     {values{"create": "true"}, with("a"), "replace"},
		"no triggers any more":   {with("a"), values{"create": "true"}, "replace"},
		"even with an update":    {with("a"), values{"create": "true", "update": "true", "triggers": []any{"b"}}, "replace"},
		"but not another input":  {with("a"), values{"create": "false", "triggers": []any{"a"}}, "update"},
		"nor one with that name": {values{"environment": values{"triggers": "a"}}, values{"environment": values{"triggers": "b"}}, "update"},
	}
	for title, c := range cases {
		made := instance{localCommand, "id", e.check(localCommand, c.before).
			Set("stdout", property.New("")).Set("stderr", property.New(""))}
		equal(t, title, e.plan(made, c.after), c.plan)
	}
}

func TestLocalDefaults(t *testing.T) {
	t.Parallel()
	made := newEngine(t).create(localCommand, values{
		"create": `tr '\0' ' ' </proc/$$/cmdline; pwd; cat; echo "[$PULUMI_COMMAND_STDOUT]"`, "interpreter": []any{},
	})
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	stdout := made.get("stdout")
	if !strings.HasPrefix(stdout, "/bin/sh -c tr") {
		t.Errorf("the default interpreter is not /bin/sh -c: %s", stdout)
	}
	contains(t, stdout, dir+"\n[]") // In the working directory, with nothing on stdin and no output before it.
}

func TestLocalInterpreterGetsTheCommandAsItsLastArgument(t *testing.T) {
	t.Parallel()
	made := newEngine(t).create(localCommand, values{"create": "a $HOME", "interpreter": []any{"/bin/echo", "-n", "x"}})
	equal(t, "stdout", made.get("stdout"), "x a $HOME")
}

func TestLocalDir(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	dir := t.TempDir()
	equal(t, "stdout", e.create(localCommand, values{"create": "pwd", "dir": dir}).get("stdout"), dir)
	contains(t, e.createError(localCommand, values{"create": "pwd", "dir": dir + "/none"}),
		"dir cannot be entered", dir+"/none: no such file or directory")
	write(t, dir+"/file", "")
	contains(t, e.createError(localCommand, values{"create": "pwd", "dir": dir + "/file"}), dir+"/file is not a folder")
}

func TestLocalEnvironmentComesOnTopOfThePluginsOwn(t *testing.T) {
	t.Setenv("RESOURCE_COMMAND_A", "from outside")
	t.Setenv("RESOURCE_COMMAND_B", "from outside")
	made := newEngine(t).create(localCommand, values{
		"create":      `echo "$RESOURCE_COMMAND_A, $RESOURCE_COMMAND_B"`,
		"environment": values{"RESOURCE_COMMAND_B": "of its own"},
	})
	equal(t, "stdout", made.get("stdout"), "from outside, of its own")
}

func TestLocalStdin(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	long := strings.Repeat("0123456789abcde\n", 1<<16) + "end"
	equal(t, "stdout", e.create(localCommand, values{"create": "cat", "stdin": long}).get("stdout"), long)
	// A command that reads nothing is none the worse for it.
	equal(t, "stdout", e.create(localCommand, values{"create": "echo ok", "stdin": long}).get("stdout"), "ok")
}

func TestLocalPreviousOutput(t *testing.T) {
	t.Parallel()
	const show = `echo "[${PULUMI_COMMAND_STDOUT-unset}][${PULUMI_COMMAND_STDERR-unset}]"`
	cases := map[string]struct {
		create string
		more   values
		want   string
	}{
		"is seen":                         {"echo out; echo err >&2", values{}, "[out][err]"},
		"is seen when asked for":          {"echo out", values{"addPreviousOutputInEnv": true}, "[out][unset]"},
		"is not seen when not asked for":  {"echo out", values{"addPreviousOutputInEnv": false}, "[unset][unset]"},
		"is not seen if there is none":    {"true", values{}, "[unset][unset]"},
		"wins over the given environment": {"echo out", values{"environment": values{"PULUMI_COMMAND_STDOUT": "x"}}, "[out][unset]"},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t)
			c.more["create"], c.more["update"] = c.create, show
			equal(t, "what the update saw", e.update(e.create(localCommand, values{"create": c.create}), c.more).get("stdout"), c.want)
		})
	}
}

func TestLocalPreviousOutputTooLongForAVariableIsLeftOut(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	update := values{"create": "x", "update": `echo "[${PULUMI_COMMAND_STDOUT-unset}]" | cut -c 1-20`}
	for _, c := range []struct {
		length     int
		seen, warn string
	}{{131072 - len("PULUMI_COMMAND_STDOUT=") - 1, "[zzz", ""}, {131072 - len("PULUMI_COMMAND_STDOUT="), "[unset]", "131050 bytes"}} {
		made := e.create(localCommand, values{"create": "true"})
		made.state = made.state.Set("stdout", property.New(strings.Repeat("z", c.length)))
		contains(t, e.update(made, update).get("stdout"), c.seen)
		warnings := said(messages.about(e.urn(localCommand)), "WARN")
		contains(t, warnings, c.warn)
		equal(t, "there is a warning", warnings != "", c.warn != "")
	}
}

func TestLocalRunFunction(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	response, err := e.server.Invoke(p.InvokeRequest{Token: "command:local:run", Args: properties(values{
		"command": "cat; echo $A; echo e >&2", "stdin": "in ", "environment": values{"A": "b"},
	})})
	if err != nil || len(response.Failures) > 0 {
		t.Fatal(err, response.Failures)
	}
	equal(t, "stdout", text(response.Return.Get("stdout")), "in b")
	equal(t, "stderr", text(response.Return.Get("stderr")), "e")
	equal(t, "an argument", text(response.Return.Get("command")), "cat; echo $A; echo e >&2")

	_, err = e.server.Invoke(p.InvokeRequest{Token: "command:local:run", Args: properties(values{"command": "exit 5"})})
	if err == nil {
		t.Fatal("a command that fails must fail the function")
	}
	contains(t, err.Error(), "exit status 5")
}
