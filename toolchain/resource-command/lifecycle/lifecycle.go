// Package lifecycle holds what local and remote commands have in common: when which command runs, and what a run may
// see of the one before it.
package lifecycle

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
)

// Inputs say what is run when. They follow @pulumi/command 1.2.1.
type Inputs struct {
	// Any change of the triggers replaces the resource.
	Triggers *[]any  `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create   *string `pulumi:"create,optional"`
	Update   *string `pulumi:"update,optional"`
	Delete   *string `pulumi:"delete,optional"`
}

// OnUpdate is what an update runs: the create command unless there is one for updates, nil if there is neither. An
// update command that is set to "" is one: it is run and does nothing.
func (in Inputs) OnUpdate() *string {
	if in.Update != nil {
		return in.Update
	}
	return in.Create
}

// Variable is one variable of a command's environment.
type Variable struct {
	Name, Value string
}

// Linux refuses to start a program with a longer variable (MAX_ARG_STRLEN, which counts the name and the final zero).
const maxVariable = 128<<10 - 1

// PreviousOutput is what a command may see of the run before it. Empty output gives no variable. Output that is too
// long for one is left out with a warning: otherwise a command that once printed much could never be deleted.
func PreviousOutput(ctx context.Context, wanted *bool, stdout, stderr string) []Variable {
	if wanted != nil && !*wanted {
		return nil
	}
	var variables []Variable
	for _, v := range []Variable{{"PULUMI_COMMAND_STDOUT", stdout}, {"PULUMI_COMMAND_STDERR", stderr}} {
		switch length := len(v.Name) + len("=") + len(v.Value); {
		case v.Value == "":
		case length > maxVariable:
			p.GetLogger(ctx).Warningf("%s is not set: the previous output has %d bytes, more than a variable can hold; "+
				"set addPreviousOutputInEnv to false if the command does not need it", v.Name, len(v.Value))
		default:
			variables = append(variables, v)
		}
	}
	return variables
}
