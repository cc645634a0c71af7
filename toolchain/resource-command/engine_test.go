package main

import (
	"maps"
	"strings"
	"testing"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

const (
	localCommand  = "command:local:Command"
	remoteCommand = "command:remote:Command"
	copyToRemote  = "command:remote:CopyToRemote"
)

// values are properties in plain Go: strings, booleans, numbers, values, lists and maps of them, and property.Value.
type values = map[string]any

// engine drives one provider as Pulumi's engine does.
type engine struct {
	t      *testing.T
	server integration.Server
}

func newEngine(t *testing.T) *engine {
	t.Helper()
	server, err := integration.NewServer(t.Context(), name, semver.MustParse(version),
		integration.WithProvider(newProvider()))
	if err != nil {
		t.Fatal(err)
	}
	return &engine{t, server}
}

// instance is a resource that was created.
type instance struct {
	token, id string
	state     property.Map
}

func (i instance) get(name string) string { return text(i.state.Get(name)) }

// urn is the same for all resources of one type in one test, so that a test can find its own messages.
func (e *engine) urn(token string) resource.URN {
	return resource.NewURN("stack", "project", "", tokens.Type(token), strings.ReplaceAll(e.t.Name(), "/", "-"))
}

// check fails the test if the provider refuses the inputs.
func (e *engine) check(token string, inputs values) property.Map {
	e.t.Helper()
	response, err := e.server.Check(p.CheckRequest{Urn: e.urn(token), Inputs: properties(inputs)})
	if err != nil || len(response.Failures) > 0 {
		e.t.Fatalf("check: %v %v", err, response.Failures)
	}
	return overTheWire(e.t, response.Inputs)
}

func (e *engine) tryCreate(token string, inputs values) (instance, error) {
	e.t.Helper()
	response, err := e.server.Create(p.CreateRequest{Urn: e.urn(token), Properties: e.check(token, inputs)})
	return instance{token, response.ID, overTheWire(e.t, response.Properties)}, err
}

func (e *engine) create(token string, inputs values) instance {
	e.t.Helper()
	created, err := e.tryCreate(token, inputs)
	if err != nil {
		e.t.Fatalf("create: %v", err)
	}
	return created
}

// createError is the text of the error that creating leads to.
func (e *engine) createError(token string, inputs values) string {
	e.t.Helper()
	_, err := e.tryCreate(token, inputs)
	if err == nil {
		e.t.Fatal("creating did not fail")
	}
	return err.Error()
}

func (e *engine) preview(token string, inputs values) property.Map {
	e.t.Helper()
	response, err := e.server.Create(p.CreateRequest{
		Urn: e.urn(token), Properties: e.check(token, inputs), DryRun: true,
	})
	if err != nil {
		e.t.Fatalf("preview: %v", err)
	}
	return overTheWire(e.t, response.Properties)
}

// plan is what the engine would do about new inputs: "same", "update" or "replace".
func (e *engine) plan(old instance, inputs values) string {
	e.t.Helper()
	response, err := e.server.Diff(p.DiffRequest{
		ID: old.id, Urn: e.urn(old.token), State: old.state, Inputs: e.check(old.token, inputs),
	})
	if err != nil {
		e.t.Fatalf("diff: %v", err)
	}
	if !response.HasChanges {
		return "same"
	}
	for change := range maps.Values(response.DetailedDiff) {
		if strings.HasSuffix(string(change.Kind), "&replace") {
			return "replace"
		}
	}
	return "update"
}

func (e *engine) tryUpdate(old instance, inputs values) (instance, error) {
	e.t.Helper()
	response, err := e.server.Update(p.UpdateRequest{
		ID: old.id, Urn: e.urn(old.token), State: old.state, Inputs: e.check(old.token, inputs),
	})
	return instance{old.token, old.id, overTheWire(e.t, response.Properties)}, err
}

func (e *engine) update(old instance, inputs values) instance {
	e.t.Helper()
	updated, err := e.tryUpdate(old, inputs)
	if err != nil {
		e.t.Fatalf("update: %v", err)
	}
	return updated
}

func (e *engine) delete(old instance) {
	e.t.Helper()
	err := e.server.Delete(p.DeleteRequest{ID: old.id, Urn: e.urn(old.token), Properties: old.state})
	if err != nil {
		e.t.Fatalf("delete: %v", err)
	}
}

// overTheWire gives properties as the engine gets them, for example archives that were objects before.
func overTheWire(t *testing.T, m property.Map) property.Map {
	t.Helper()
	options := plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true, KeepOutputValues: true,
		KeepByteString: true,
	}
	sent, err := plugin.MarshalProperties(resource.ToResourcePropertyMap(m), options)
	if err != nil {
		t.Fatal(err)
	}
	received, err := plugin.UnmarshalProperties(sent, options)
	if err != nil {
		t.Fatal(err)
	}
	return resource.FromResourcePropertyMap(received)
}

func properties(v values) property.Map { return value(v).AsMap() }

func value(v any) property.Value {
	switch v := v.(type) {
	case property.Value:
		return v
	case values:
		m := make(map[string]property.Value, len(v))
		for key, element := range v {
			m[key] = value(element)
		}
		return property.New(m)
	case []any:
		list := make([]property.Value, 0, len(v))
		for _, element := range v {
			list = append(list, value(element))
		}
		return property.New(list)
	case int:
		return property.New(float64(v))
	}
	converted, err := property.Any(v)
	if err != nil {
		panic(err)
	}
	return converted
}

func secret(v any) property.Value { return value(v).WithSecret(true) }

// text reads a string property; anything else is "".
func text(v property.Value) string {
	if !v.IsString() {
		return ""
	}
	return v.AsString()
}
