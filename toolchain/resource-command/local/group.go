package local

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

// grace is how long a cancelled command may take to end by itself, and how long it may take to die after that.
const grace = 5 * time.Second

// runGroup runs the process as the leader of a new process group and waits until it has ended and closed its outputs.
// If the context ends first, the whole group is asked to end, and killed when its time is up.
func runGroup(ctx context.Context, process *exec.Cmd) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := process.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		defer close(ended)
		ended <- process.Wait()
	}()

	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		// A group that is gone already cannot be signalled, and that is well.
		_ = syscall.Kill(-process.Process.Pid, signal)
		select {
		case <-ended: // The leader's end is not that of the group, so the next signal is sent all the same.
		case <-time.After(grace):
		}
	}
	return fmt.Errorf("ended early: %w", context.Cause(ctx))
}
