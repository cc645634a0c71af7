package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// npmPackage is where the project's dependencies are installed.
const npmPackage = "../../node_modules/@pulumi/command"

func npmFile(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(npmPackage, name))
	if err != nil {
		t.Fatalf("this test compares with the npm package (npm ci installs it): %v", err)
	}
	return string(content)
}

func pluginSchema(t *testing.T) schema.PackageSpec {
	t.Helper()
	response, err := newEngine(t).server.GetSchema(p.GetSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal([]byte(response.Schema), &spec); err != nil {
		t.Fatal(err)
	}
	return spec
}

func TestVersionIsThatOfTheNpmPackage(t *testing.T) {
	t.Parallel()
	var manifest struct{ Version string }
	if err := json.Unmarshal([]byte(npmFile(t, "package.json")), &manifest); err != nil {
		t.Fatal(err)
	}
	equal(t, "version", version, manifest.Version)
	equal(t, "version of the schema", pluginSchema(t).Version, version)
}

func TestResourcesAreThoseOfTheNpmPackage(t *testing.T) {
	t.Parallel()
	spec := pluginSchema(t)
	for token, file := range map[string]string{
		localCommand: "local/command.js", remoteCommand: "remote/command.js", copyToRemote: "remote/copyToRemote.js",
	} {
		source := npmFile(t, file)
		contains(t, source, "__pulumiType = '"+token+"'")
		resource, known := spec.Resources[token]
		if !known {
			t.Errorf("there is no %s", token)
			continue
		}
		inputs := captured(`resourceInputs\["(\w+)"\] = .*args`, source)
		outputs := append(captured(`resourceInputs\["(\w+)"\] = undefined /\*out\*/`, source), inputs...)
		equal(t, token+" inputs", names(resource.InputProperties), sorted(inputs))
		equal(t, token+" outputs", names(resource.Properties), sorted(outputs))
		equal(t, token+" required", sorted(resource.RequiredInputs), sorted(captured(`Missing required property '(\w+)'`, source)))
		for name, property := range resource.InputProperties {
			// Once in the constructor's options, once in our schema.
			equal(t, token+"."+name+" replaces", property.ReplaceOnChanges, strings.Contains(source, `replaceOnChanges: ["`+name+`[*]"]`))
			equal(t, token+"."+name+" is secret", property.Secret, strings.Contains(source, `additionalSecretOutputs: ["`+name+`"]`))
		}
	}
}

func TestRunIsThatOfTheNpmPackage(t *testing.T) {
	t.Parallel()
	source := npmFile(t, "local/run.js")
	contains(t, source, `"command:local:run"`)
	function := pluginSchema(t).Functions["command:local:run"]
	if function.Inputs == nil || function.ReturnType == nil || function.ReturnType.ObjectTypeSpec == nil {
		t.Fatal("there is no command:local:run")
	}
	equal(t, "arguments", names(function.Inputs.Properties), sorted(captured(`"(\w+)": args`, source)))
	types := npmFile(t, "local/run.d.ts")
	result := regexp.MustCompile(`(?s)interface RunResult \{(.*?)\n\}`).FindStringSubmatch(types)[1]
	equal(t, "result", names(function.ReturnType.ObjectTypeSpec.Properties), sorted(captured(`(?m)^    readonly (\w+)\??:`, result)))
}

func TestTypesAreThoseOfTheNpmPackage(t *testing.T) {
	t.Parallel()
	spec := pluginSchema(t)
	types := npmFile(t, "types/input.d.ts")
	for _, name := range []string{"Connection", "ProxyConnection"} {
		body := regexp.MustCompile(`(?s)interface ` + name + `Args \{(.*?)\n    \}`).FindStringSubmatch(types)[1]
		known := spec.Types["command:remote:"+name]
		equal(t, name, names(known.Properties), sorted(captured(`(?m)^        (\w+)\??:`, body)))
		equal(t, name+" required", sorted(known.Required), sorted(captured(`(?m)^        (\w+):`, body)))
		defaults := regexp.MustCompile(`(?s)function ` + lowerFirst(name) + `ArgsProvideDefaults\(.*?\n    \}`).
			FindString(npmFile(t, "types/input.js"))
		pairs := regexp.MustCompile(`(\w+): \(val\.\w+\) \?\? ("?\w+"?)`).FindAllStringSubmatch(defaults, -1)
		equal(t, name+" has so many defaults", len(pairs), 4)
		for _, pair := range pairs {
			text, err := json.Marshal(known.Properties[pair[1]].Default)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, name+"."+pair[1]+" by default", string(text), pair[2])
		}
	}
	for _, module := range []string{"local", "remote"} {
		var known []string
		for _, value := range spec.Types["command:"+module+":Logging"].Enum {
			known = append(known, value.Value.(string))
		}
		equal(t, module+" logging", sorted(known), sorted(captured(`: "(\w+)"`, npmFile(t, "types/enums/"+module+"/index.d.ts"))))
	}
}

func captured(pattern, source string) []string {
	var found []string
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(source, -1) {
		found = append(found, match[1])
	}
	return found
}

func sorted(words []string) string {
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}

func lowerFirst(word string) string { return strings.ToLower(word[:1]) + word[1:] }
