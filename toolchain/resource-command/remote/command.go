package remote

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"mesos-matrix.invalid/toolchain/resource-command/lifecycle"
	"mesos-matrix.invalid/toolchain/resource-command/output"
)

// Logging is the enum command:remote:Logging.
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

// Command is the resource command:remote:Command: commands that run on another machine when it is created, updated
// and deleted.
type Command struct {
	Dialer *Dialer
}

// CommandInputs are the arguments of a Command.
type CommandInputs struct {
	lifecycle.Inputs
	Connection *Connection `pulumi:"connection" provider:"secret"`
	Stdin      *string     `pulumi:"stdin,optional"`
	Logging    *Logging    `pulumi:"logging,optional"`
	// Variables for the command. The server must accept them (AcceptEnv), or the command is not run.
	Environment *map[string]string `pulumi:"environment,optional"`
	// Whether a run sees the output of the one before it, see [lifecycle.PreviousOutput]. True if not set.
	AddPreviousOutputInEnv *bool `pulumi:"addPreviousOutputInEnv,optional"`
}

// CommandOutputs are the state of a Command.
type CommandOutputs struct {
	CommandInputs
	Printed
}

// Printed is what the last run printed, without one newline at the end.
type Printed struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Create runs the create command, if there is one. A preview does not even connect.
func (c *Command) Create(
	ctx context.Context, req infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun {
		err = c.run(ctx, req.Inputs.Create, &state)
	}
	return infer.CreateResponse[CommandOutputs]{ID: id, Output: state}, err
}

// Update runs the update command, or else the create command. If there is neither, the outputs stay as they were.
func (c *Command) Update(
	ctx context.Context, req infer.UpdateRequest[CommandInputs, CommandOutputs],
) (infer.UpdateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs, Printed: req.State.Printed}
	var err error
	if !req.DryRun {
		err = c.run(ctx, req.Inputs.OnUpdate(), &state)
	}
	return infer.UpdateResponse[CommandOutputs]{Output: state}, err
}

// Delete runs the delete command, if there is one.
func (c *Command) Delete(
	ctx context.Context, req infer.DeleteRequest[CommandOutputs],
) (infer.DeleteResponse, error) {
	return infer.DeleteResponse{}, c.run(ctx, req.State.Delete, &req.State)
}

func (c *Command) run(ctx context.Context, command *string, state *CommandOutputs) error {
	if command == nil {
		return nil
	}
	client, err := c.Dialer.dial(ctx, state.Connection)
	if err != nil {
		return err
	}
	defer client.Close()
	return run(ctx, client.Client, *command, state)
}
