package main

import (
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"

	"mesos-matrix.invalid/toolchain/resource-command/local"
	"mesos-matrix.invalid/toolchain/resource-command/remote"
)

const (
	name = "command"
	// The version of the npm package @pulumi/command that this plugin serves.
	version = "1.2.1"
)

// newProvider puts the resources and functions of the plugin together.
func newProvider() p.Provider {
	dialer := &remote.Dialer{}
	return hideSecrets(replaceOnTriggers(infer.Provider(infer.Options{
		Metadata: schema.Metadata{
			DisplayName: "Command",
			Description: "Runs commands here and over ssh: a stand-in for the plugin of @pulumi/command.",
			License:     "Apache-2.0",
		},
		Resources: []infer.InferredResource{
			infer.Resource(&local.Command{}),
			infer.Resource(&remote.Command{Dialer: dialer}),
			infer.Resource(&remote.CopyToRemote{Dialer: dialer}),
		},
		Functions: []infer.InferredFunction{infer.Function(&local.Run{})},
	})))
}
