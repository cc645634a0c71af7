// Package local runs commands on the machine that Pulumi runs on. It needs a Unix: a command is started as the leader
// of a process group of its own, so that cancelling it ends all that it started.
package local

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"mesos-matrix.invalid/toolchain/resource-command/output"
)

// Logging is the enum command:local:Logging.
type Logging output.Logging

// Values lists the enum's values for the schema.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: "stdout", Value: Logging(output.Stdout)},
		{Name: "stderr", Value: Logging(output.Stderr)},
		{Name: "stdoutAndStderr", Value: Logging(output.StdoutAndStderr)},
		{Name: "none", Value: Logging(output.None)},
	}
}

// ProcessInputs say how a command is run, whatever the occasion.
type ProcessInputs struct {
	Stdin   *string  `pulumi:"stdin,optional"`
	Logging *Logging `pulumi:"logging,optional"`
	// The program and its first arguments; the command is the last one. /bin/sh -c if there is none.
	Interpreter *[]string `pulumi:"interpreter,optional"`
	// The directory to run in; that of the Pulumi project if there is none.
	Dir *string `pulumi:"dir,optional"`
	// Variables on top of the plugin's own environment.
	Environment *map[string]string `pulumi:"environment,optional"`
	// Globs of files to return as assets, one by one or as an archive. "!" before a glob takes files out again.
	AssetPaths   *[]string `pulumi:"assetPaths,optional"`
	ArchivePaths *[]string `pulumi:"archivePaths,optional"`
	// Whether a run sees the output of the one before it, see [lifecycle.PreviousOutput]. True if not set.
	AddPreviousOutputInEnv *bool `pulumi:"addPreviousOutputInEnv,optional"`
}

// ProcessOutputs are what a run leaves behind.
type ProcessOutputs struct {
	// What the command printed, without one newline at the end.
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
	// The files that matched, by their path relative to the directory of the command.
	Assets  *map[string]*types.AssetOrArchive `pulumi:"assets,optional"`
	Archive *resource.Archive                 `pulumi:"archive,optional"`
}
