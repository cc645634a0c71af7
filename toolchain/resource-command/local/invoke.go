package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Run is the function command:local:run: a command that runs each time the program runs, in previews too.
type Run struct{}

// RunInputs are the arguments of Run.
type RunInputs struct {
	ProcessInputs
	Command string `pulumi:"command"`
}

// RunOutputs are the result of Run.
type RunOutputs struct {
	RunInputs
	ProcessOutputs
}

// Invoke runs the command.
func (*Run) Invoke(
	ctx context.Context, req infer.FunctionRequest[RunInputs],
) (infer.FunctionResponse[RunOutputs], error) {
	result := RunOutputs{RunInputs: req.Input}
	err := run(ctx, req.Input.Command, result.ProcessInputs, &result.ProcessOutputs)
	return infer.FunctionResponse[RunOutputs]{Output: result}, err
}
