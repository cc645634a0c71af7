package remote

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/crypto/ssh"
)

// grace is how long a cancelled command may take to end by itself, and how long it may take to die after that.
const grace = 5 * time.Second

// runGroup runs the command and waits for its end. If the context ends first, the command's whole process group is
// asked to end, and killed when its time is up.
func runGroup(ctx context.Context, client *ssh.Client, session *ssh.Session, command string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := session.Start(command); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		defer close(ended)
		ended <- session.Wait()
	}()

	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	for _, signal := range []ssh.Signal{ssh.SIGTERM, ssh.SIGKILL} {
		signalGroup(client, session, signal)
		select {
		case <-ended: // The leader's end is not that of the group, so the next signal is sent all the same.
		case <-time.After(grace):
		}
	}
	return fmt.Errorf("ended early: %w", context.Cause(ctx))
}

// All commands of a connection have the same parent, and each one leads a process group. This signals the others, and
// fails if there are none.
const signalSiblings = `ps -A -o pid= -o ppid= | { none=1; while read -r pid parent; do ` +
	`if [ "$parent" = "$PPID" ] && [ "$pid" != "$$" ]; then kill -s %s -- "-$pid" && none=0; fi; done; exit $none; }`

// signalGroup sends a signal by a second command on the same connection, because OpenSSH before 9.8 does not pass on
// the signals of the protocol to the commands of root. They are the second choice, for servers without a Unix shell.
func signalGroup(client *ssh.Client, session *ssh.Session, signal ssh.Signal) {
	sent := make(chan error, 1)
	go func() {
		second, err := client.NewSession()
		if err == nil {
			defer func() { _ = second.Close() }()
			err = second.Run(fmt.Sprintf(signalSiblings, signal))
		}
		sent <- err
	}()
	select {
	case err := <-sent:
		if err != nil {
			_ = session.Signal(signal) // A session that is gone already takes none, and that is well.
		}
	case <-time.After(grace):
	}
}
