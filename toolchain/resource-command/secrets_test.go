package main

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func TestLocalSecretsAreMarked(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	inputs := values{
		"create": "echo hi", "stdin": secret("in"),
		"environment": values{"TOKEN": secret("a token"), "NAME": "a name"},
		"triggers":    []any{secret("t"), "u"},
	}
	for _, m := range []property.Map{
		e.check(localCommand, inputs), e.preview(localCommand, inputs), e.create(localCommand, inputs).state,
		e.update(e.create(localCommand, inputs), inputs).state,
	} {
		equal(t, "stdin is secret", m.Get("stdin").Secret(), true)
		equal(t, "TOKEN is secret", m.Get("environment").AsMap().Get("TOKEN").Secret(), true)
		equal(t, "NAME is secret", m.Get("environment").AsMap().Get("NAME").Secret(), false)
		equal(t, "the first trigger is secret", m.Get("triggers").AsArray().Get(0).Secret(), true)
		equal(t, "create is secret", m.Get("create").Secret(), false)
	}
	whole := e.create(localCommand, values{"create": secret("echo hi"), "environment": secret(values{"A": "b"})}).state
	equal(t, "create is secret", whole.Get("create").Secret(), true)
	equal(t, "environment is secret", whole.Get("environment").Secret(), true)
	equal(t, "stdout is secret", whole.Get("stdout").Secret(), false)
}

func TestLocalSecretsAreNotArguments(t *testing.T) {
	t.Parallel()
	made := newEngine(t).create(localCommand, values{
		"create": `cat; echo "$TOKEN"; tr '\0' ' ' </proc/$$/cmdline`,
		"stdin":  secret("from stdin"), "environment": values{"TOKEN": secret("a token")},
	})
	equal(t, "stdout", made.get("stdout"),
		"from stdin"+"a token\n"+`/bin/sh -c cat; echo "$TOKEN"; tr '\0' ' ' </proc/$$/cmdline `)
}

func TestLocalSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	inputs := values{
		"create": `echo "is $TOKEN, $OTHER"; cat >&2; exit 3`, "stdin": secret("line one of it\nline two of it"),
		"environment": values{"TOKEN": secret("a token"), "OTHER": secret("a token and more"), "NAME": "is"},
	}
	err := e.createError(localCommand, inputs)
	shown := err + said(messages.about(e.urn(localCommand)), "INFO")
	contains(t, shown, "is [secret], [secret]\n", "exit status 3")
	containsNot(t, shown, "a token", "and more", "line one of it", "line two of it")

	inputs["create"] = secret("echo \"from create\"; echo the third line; exit 3")
	err = e.createError(localCommand, inputs)
	contains(t, err, "running \"[secret]\"", "the third line", "exit status 3")
}

func TestLocalSecretsOfTheStateAreNotShownEither(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	made := e.create(localCommand, values{"create": "true", "delete": `echo "$PULUMI_COMMAND_STDOUT"; exit 3`})
	made.state = made.state.Set("stdout", secret("printed before")) // As additionalSecretOutputs makes it.
	err := e.server.Delete(p.DeleteRequest{ID: made.id, Urn: e.urn(localCommand), Properties: made.state})
	if err == nil {
		t.Fatal("the delete command did not fail")
	}
	contains(t, err.Error(), "stdout:\n[secret]")

	_, err = e.tryUpdate(made, values{"create": `echo "$PULUMI_COMMAND_STDOUT" >&2; exit 3`})
	if err == nil {
		t.Fatal("the update did not fail")
	}
	contains(t, err.Error(), "stderr:\n[secret]")

	_, err = e.server.Invoke(p.InvokeRequest{Token: "command:local:run", Args: properties(values{
		"command": "cat; exit 3", "stdin": secret("to the function"),
	})})
	if err == nil {
		t.Fatal("the function did not fail")
	}
	contains(t, err.Error(), "stdout:\n[secret]")
}

func TestLongSecretsAreNotShownInPart(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	// The limits of what is shown are powers of two, so each of them falls into one of these 47 characters.
	err := e.createError(localCommand, values{
		"create":      `for i in $(seq 1 8000); do printf %s "$LONG" >&2; done; exit 3`,
		"environment": values{"LONG": secret("<0123456789 all of this is a secret 9876543210>")},
	})
	shown := err + said(messages.about(e.urn(localCommand)), "INFO")
	contains(t, shown, "[secret][secret]")
	containsNot(t, shown, "012345", "all of", "this is", "987654")
}
