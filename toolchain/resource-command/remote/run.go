package remote

import (
	"context"
	"fmt"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"

	"mesos-matrix.invalid/toolchain/resource-command/lifecycle"
	"mesos-matrix.invalid/toolchain/resource-command/output"
)

// run runs a command once. On entry state holds what the run before it printed; it is changed only if all goes well.
func run(ctx context.Context, client *ssh.Client, command string, state *CommandOutputs) error {
	session, err := newSession(ctx, client)
	if err != nil {
		return err
	}
	defer func() { _ = session.Close() }()
	if err := setEnvironment(ctx, session, state); err != nil {
		return err
	}
	if state.Stdin != nil && *state.Stdin != "" {
		session.Stdin = strings.NewReader(*state.Stdin)
	}
	printed := output.NewStreams(ctx, output.Mode(state.Logging))
	session.Stdout, session.Stderr = printed.Stdout, printed.Stderr
	err = runGroup(ctx, client, session, command)
	printed.Close()
	if err != nil {
		return output.Failure(ctx, err, command, printed)
	}
	state.Printed = Printed{printed.Stdout.Text(), printed.Stderr.Text()}
	return nil
}

// newSession ends the connection if the context ends before the server has answered.
func newSession(ctx context.Context, client *ssh.Client) (*ssh.Session, error) {
	inTime := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer inTime()
	session, err := client.NewSession()
	if err != nil {
		return nil, fmt.Errorf("the ssh server opens no session: %w", why(ctx, err))
	}
	return session, nil
}

// setEnvironment sends variables by the means of ssh, not as a part of the command: the command can be seen by
// everyone on the other machine.
func setEnvironment(ctx context.Context, session *ssh.Session, state *CommandOutputs) error {
	const cure = "sshd accepts only variables that its AcceptEnv names; the command itself can set others (NAME=value command)"
	if state.Environment != nil {
		for name, value := range *state.Environment {
			if err := session.Setenv(name, value); err != nil {
				return fmt.Errorf("environment variable %q was refused: %w: %s", name, err, cure)
			}
		}
	}
	for _, v := range lifecycle.PreviousOutput(ctx, state.AddPreviousOutputInEnv, state.Stdout, state.Stderr) {
		if err := session.Setenv(v.Name, v.Value); err != nil {
			p.GetLogger(ctx).Warningf("%s is not set: %v: %s; set addPreviousOutputInEnv to false "+
				"if the command does not need it", v.Name, err, cure)
		}
	}
	return nil
}
