// Pulumi-resource-command is a stand-in for Pulumi's plugin of the same name, for machines that cannot download that
// one. It serves the npm package @pulumi/command 1.2.1: the resources local.Command, remote.Command and
// remote.CopyToRemote and the function local.run. The deprecated remote.CopyFile is left out.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-resource-command: %v\n", err)
		os.Exit(1)
	}
}

// serve answers the engine until a signal comes. The server waits for the calls that are under way, so a signal
// cancels them.
func serve() error {
	provider := newProvider().WithDefaults()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() { _ = provider.Cancel(ctx) })
	return provider.Run(ctx, name, version)
}
