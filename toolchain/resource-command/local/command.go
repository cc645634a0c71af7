package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"mesos-matrix.invalid/toolchain/resource-command/lifecycle"
)

// Command is the resource command:local:Command: commands that run when it is created, updated and deleted.
type Command struct{}

// CommandInputs are the arguments of a Command.
type CommandInputs struct {
	lifecycle.Inputs
	ProcessInputs
}

// CommandOutputs are the state of a Command.
type CommandOutputs struct {
	CommandInputs
	ProcessOutputs
}

// Create runs the create command, if there is one. Nothing is run in a preview.
func (*Command) Create(
	ctx context.Context, req infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun {
		err = state.run(ctx, req.Inputs.Create)
	}
	return infer.CreateResponse[CommandOutputs]{ID: id, Output: state}, err
}

// Update runs the update command, or else the create command. If there is neither, the outputs stay as they were.
func (*Command) Update(
	ctx context.Context, req infer.UpdateRequest[CommandInputs, CommandOutputs],
) (infer.UpdateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs, ProcessOutputs: req.State.ProcessOutputs}
	var err error
	if !req.DryRun {
		err = state.run(ctx, req.Inputs.OnUpdate())
	}
	return infer.UpdateResponse[CommandOutputs]{Output: state}, err
}

// Delete runs the delete command, if there is one.
func (*Command) Delete(ctx context.Context, req infer.DeleteRequest[CommandOutputs]) (infer.DeleteResponse, error) {
	return infer.DeleteResponse{}, req.State.run(ctx, req.State.Delete)
}

func (state *CommandOutputs) run(ctx context.Context, command *string) error {
	if command == nil {
		return nil
	}
	return run(ctx, *command, state.ProcessInputs, &state.ProcessOutputs)
}
