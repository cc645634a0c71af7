package main

import (
	"context"
	"errors"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"mesos-matrix.invalid/toolchain/resource-command/output"
)

// hideSecrets keeps the secrets of a request out of the messages and errors that the request leads to, whichever part
// of the plugin, of ssh or of the command they come from.
func hideSecrets(provider p.Provider) p.Provider {
	create, update, remove, invoke := provider.Create, provider.Update, provider.Delete, provider.Invoke
	provider.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
		secrets := secretsOf(req.Properties)
		response, err := create(output.WithRedactor(ctx, secrets), req)
		return response, without(secrets, err)
	}
	provider.Update = func(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
		secrets := secretsOf(req.State, req.Inputs)
		response, err := update(output.WithRedactor(ctx, secrets), req)
		return response, without(secrets, err)
	}
	provider.Delete = func(ctx context.Context, req p.DeleteRequest) error {
		secrets := secretsOf(req.Properties)
		return without(secrets, remove(output.WithRedactor(ctx, secrets), req))
	}
	provider.Invoke = func(ctx context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
		secrets := secretsOf(req.Args)
		response, err := invoke(output.WithRedactor(ctx, secrets), req)
		return response, without(secrets, err)
	}
	return provider
}

func without(secrets output.Redactor, err error) error {
	if err == nil || secrets.Text(err.Error()) == err.Error() {
		return err
	}
	return errors.New(secrets.Text(err.Error()))
}

// credentials are the parts of a connection that must be hidden. All of a connection is marked as secret, but an error
// about it is of no use without the host.
var credentials = map[string]bool{"password": true, "privateKey": true, "privateKeyPassword": true}

func secretsOf(properties ...property.Map) output.Redactor {
	var found []string
	for _, m := range properties {
		for name, value := range m.All {
			if name == "connection" {
				found = credentialsIn(value, found)
			} else {
				found = secretStrings(value, false, found)
			}
		}
	}
	return output.NewRedactor(found)
}

// secretStrings appends all strings in a value that are secret, or in something that is.
func secretStrings(value property.Value, inSecret bool, found []string) []string {
	inSecret = inSecret || value.Secret()
	switch {
	case value.IsString() && inSecret:
		found = append(found, value.AsString())
	case value.IsArray():
		for _, element := range value.AsArray().All {
			found = secretStrings(element, inSecret, found)
		}
	case value.IsMap():
		for _, element := range value.AsMap().All {
			found = secretStrings(element, inSecret, found)
		}
	}
	return found
}

func credentialsIn(connection property.Value, found []string) []string {
	if !connection.IsMap() {
		return found
	}
	for name, value := range connection.AsMap().All {
		if credentials[name] {
			found = secretStrings(value, true, found)
		} else {
			found = credentialsIn(value, found)
		}
	}
	return found
}
