package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func TestRemoteCommandLivesAndDies(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	gone := filepath.Join(t.TempDir(), "gone")
	inputs := values{
		"connection": target.connection(),
		"create":     "printf 'made\\n\\n'; echo oops >&2; cat", "stdin": "from stdin",
		"delete": "echo deleted >" + gone,
	}
	made := e.create(remoteCommand, inputs)
	equal(t, "stdout", made.get("stdout"), "made\n\nfrom stdin")
	equal(t, "stderr", made.get("stderr"), "oops")
	if !strings.HasPrefix(made.id, "TestRemoteCommandLivesAndDies") {
		t.Errorf("the id is %q", made.id)
	}

	inputs["stdin"] = "again"
	equal(t, "the plan", e.plan(made, inputs), "update")
	made = e.update(made, inputs)
	equal(t, "stdout of an update without an update command", made.get("stdout"), "made\n\nagain")
	inputs["update"] = "echo updated"
	made = e.update(made, inputs)
	equal(t, "stdout of an update with one", made.get("stdout"), "updated")
	inputs["triggers"] = []any{"new"}
	equal(t, "the plan for triggers", e.plan(made, inputs), "replace")

	e.delete(made)
	equal(t, "what the delete command did", read(t, gone), "deleted\n")
}

func TestRemoteCommandThatIsNotGivenDoesNotEvenConnect(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	nobody := target.connectionTo(closedAddress(t), "dialErrorLimit", 0)
	inputs := values{"connection": nobody}
	made := e.create(remoteCommand, inputs)
	equal(t, "stdout", made.get("stdout"), "")
	e.update(made, inputs)
	e.delete(made)
}

func TestRemotePreviewConnectsToNothing(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	nobody := target.connectionTo(closedAddress(t), "dialErrorLimit", 0)
	inputs := values{"connection": nobody, "create": "true"}
	if planned := e.preview(remoteCommand, inputs); !planned.Get("stdout").IsComputed() {
		t.Errorf("stdout is known in a preview: %v", planned)
	}
	nobody["host"] = property.New(property.Computed) // A machine that is still to be made.
	e.preview(remoteCommand, inputs)

	made := instance{remoteCommand, "id", e.check(remoteCommand, inputs).
		Set("stdout", property.New("")).Set("stderr", property.New(""))}
	_, err := e.server.Update(p.UpdateRequest{
		ID: made.id, Urn: e.urn(remoteCommand), State: made.state, Inputs: made.state.Delete("stdout", "stderr"), DryRun: true,
	})
	if err != nil {
		t.Error(err)
	}
}

func TestRemoteEnvironmentIsSentBySSH(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	accepted := target.environmentName + "WORD"
	made := e.create(remoteCommand, values{
		"connection": target.connection(), "environment": values{accepted: "$(value) of 'it'"},
		"create": `echo "$` + accepted + `"; tr '\0' ' ' </proc/$$/cmdline`,
	})
	contains(t, made.get("stdout"), "$(value) of 'it'\n")
	equal(t, "the value is on the command line", strings.Count(made.get("stdout"), "of 'it'"), 1)

	err := e.createError(remoteCommand, values{
		"connection": target.connection(), "environment": values{"REFUSED": "x"}, "create": "true",
	})
	contains(t, err, `"REFUSED"`, "AcceptEnv")
}

func TestRemotePreviousOutputThatIsRefusedIsWarnedOf(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	inputs := values{"connection": target.connection(), "create": "echo out"}
	made := e.create(remoteCommand, inputs)
	inputs["update"] = "echo [$PULUMI_COMMAND_STDOUT]"
	equal(t, "stdout", e.update(made, inputs).get("stdout"), "[]")
	warnings := said(messages.about(e.urn(remoteCommand)), "WARN")
	contains(t, warnings, "PULUMI_COMMAND_STDOUT", "AcceptEnv")
	containsNot(t, warnings, "PULUMI_COMMAND_STDERR") // It was empty.

	inputs["addPreviousOutputInEnv"] = false
	e.update(made, inputs)
	equal(t, "warnings when it is not asked for", said(messages.about(e.urn(remoteCommand)), "WARN"), warnings)
}

func TestRemotePreviousOutputIsSeenWhereAccepted(t *testing.T) {
	t.Parallel()
	target := newFakeSSHD(t, "", false)
	e := newEngine(t)
	inputs := values{"connection": target.connection(), "create": "anything"}
	made := e.create(remoteCommand, inputs)
	made.state = made.state.Set("stdout", property.New("one")).Set("stderr", property.New("two"))
	e.update(made, inputs)
	equal(t, "what the second run was sent", target.environment(), "PULUMI_COMMAND_STDERR=two PULUMI_COMMAND_STDOUT=one")
}

func TestRemoteSecretsAreMarked(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	inputs := values{"connection": target.connection("password", "pass word"), "create": "echo hi", "stdin": secret("in")}
	checked := e.check(remoteCommand, inputs)
	for _, m := range []property.Map{checked, e.preview(remoteCommand, inputs), e.create(remoteCommand, inputs).state} {
		connection := m.Get("connection")
		equal(t, "connection is secret", connection.Secret(), true)
		for _, name := range []string{"password", "privateKey"} {
			equal(t, name+" is secret by itself", connection.AsMap().Get(name).Secret(), true)
		}
		equal(t, "stdin is secret", m.Get("stdin").Secret(), true)
		equal(t, "create is secret", m.Get("create").Secret(), false)
	}
	equal(t, "stdout is secret", e.create(remoteCommand, inputs).state.Get("stdout").Secret(), false)

	checked = e.check(copyToRemote, values{"connection": target.connection(), "remotePath": "x", "source": textAsset(t, "x")})
	equal(t, "connection of a copy is secret", checked.Get("connection").Secret(), true)
}

func TestRemoteConnectionDefaults(t *testing.T) {
	t.Parallel()
	checked := newEngine(t).check(remoteCommand, values{
		"connection": values{"host": "h", "proxy": values{"host": "p", "dialErrorLimit": 0, "perDialTimeout": 0}},
	})
	number := func(v property.Value) float64 { return v.AsNumber() }
	c := checked.Get("connection").AsMap()
	equal(t, "user", text(c.Get("user")), "root")
	equal(t, "port", number(c.Get("port")), 22)
	equal(t, "dialErrorLimit", number(c.Get("dialErrorLimit")), 10)
	equal(t, "perDialTimeout", number(c.Get("perDialTimeout")), 15)
	proxy := c.Get("proxy").AsMap()
	equal(t, "the proxy's user", text(proxy.Get("user")), "root")
	equal(t, "the proxy's port", number(proxy.Get("port")), 22)
	equal(t, "the proxy's dialErrorLimit", number(proxy.Get("dialErrorLimit")), 0)
	equal(t, "the proxy's perDialTimeout", number(proxy.Get("perDialTimeout")), 0)
}

func TestRequiredInputsAreAskedFor(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	for token, c := range map[string]struct {
		inputs  values
		missing string
	}{
		remoteCommand: {values{}, "connection"},
		copyToRemote:  {values{"connection": values{"host": "h"}, "source": textAsset(t, "x")}, "remotePath"},
	} {
		response, err := e.server.Check(p.CheckRequest{Urn: e.urn(token), Inputs: properties(c.inputs)})
		if err != nil || len(response.Failures) != 1 {
			t.Fatalf("%v %v", err, response.Failures)
		}
		equal(t, "what is missing", response.Failures[0].Property, c.missing)
	}
}

func TestRemoteSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	variable := target.environmentName + "TOKEN"
	err := e.createError(remoteCommand, values{
		"connection":  target.connection("password", "the password"),
		"environment": values{variable: secret("a token")}, "stdin": secret("line one of it\nline two of it"),
		"create": `echo "$` + variable + `"; cat >&2; echo 'the password'; exit 3`,
	})
	shown := err + said(messages.about(e.urn(remoteCommand)), "INFO")
	contains(t, shown, "[secret]", "exited with status 3")
	containsNot(t, shown, "a token", "line one of it", "line two of it", "the password", target.privateKey)
}

func TestRemoteHostIsNotHiddenInErrors(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	nobody := closedAddress(t)
	err := newEngine(t).createError(remoteCommand, values{
		"create": "true", "connection": secret(target.connectionTo(nobody, "dialErrorLimit", 0)),
	})
	contains(t, err, nobody, "connection refused")
}

func TestRemoteFilesStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	file := filepath.Join(t.TempDir(), "f")
	made := e.create(copyToRemote, values{"connection": target.connection(), "remotePath": file, "source": textAsset(t, "x")})
	e.delete(made)
	if _, err := os.Stat(file); err != nil {
		t.Errorf("deleting the resource took the file along: %v", err)
	}
}
