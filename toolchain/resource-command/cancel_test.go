package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"
)

// family is a command that starts two more processes, one of them in the background, and waits. It leaves the ids of
// all three in a folder. All of them are of one process group.
func family(dir string) string {
	return `cd ` + dir + `; echo $$ >one; sh -c 'echo $$ >two; sleep 300; :' & sh -c 'echo $$ >three; sleep 300; :'; :`
}

// alive counts the members of the family that are still running.
func alive(dir string) int {
	running := 0
	for _, member := range []string{"one", "two", "three"} {
		content, err := os.ReadFile(filepath.Join(dir, member))
		id, parseErr := strconv.Atoi(strings.TrimSpace(string(content)))
		if err != nil || parseErr != nil {
			continue
		}
		// A process that has ended but is still in the table (a zombie) does no harm.
		stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(id), "stat"))
		if err == nil && !strings.Contains(string(stat), ") Z ") {
			running++
		}
	}
	return running
}

// begin creates a resource in the background; the channel gets the error.
func (e *engine) begin(token string, inputs values, timeout float64) <-chan error {
	e.t.Helper()
	request := p.CreateRequest{Urn: e.urn(token), Properties: e.check(token, inputs), Timeout: timeout}
	ended := make(chan error, 1)
	go func() {
		_, err := e.server.Create(request)
		ended <- err
	}()
	return ended
}

func endsWith(t *testing.T, ended <-chan error, parts ...string) {
	t.Helper()
	select {
	case err := <-ended:
		if err == nil {
			t.Fatal("it ended well")
		}
		contains(t, err.Error(), parts...)
	case <-time.After(30 * time.Second):
		t.Fatal("it does not end")
	}
}

func TestCancelEndsAllThatTheCommandStarted(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	for token, inputs := range map[string]values{localCommand: {}, remoteCommand: {"connection": target.connection()}} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			e, dir := newEngine(t), t.TempDir()
			inputs["create"] = "echo begun >&2; " + family(dir)
			ended := e.begin(token, inputs, 0)
			within(t, 20*time.Second, "the family is up", func() bool { return alive(dir) == 3 })
			if err := e.server.Cancel(); err != nil {
				t.Fatal(err)
			}
			endsWith(t, ended, "ended early: context canceled", "running \"echo begun", "stderr:\nbegun")
			within(t, 20*time.Second, "the family is gone", func() bool { return alive(dir) == 0 })
		})
	}
}

func TestCancelLetsTheCommandTidyUp(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	for token, inputs := range map[string]values{localCommand: {}, remoteCommand: {"connection": target.connection()}} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			e, dir := newEngine(t), t.TempDir()
			inputs["create"] = `cd ` + dir + `; trap 'echo tidy >tidied; exit 1' TERM; touch ready; while :; do sleep 0.1; done`
			ended := e.begin(token, inputs, 0)
			within(t, 20*time.Second, "it is ready", func() bool { return exists(filepath.Join(dir, "ready")) })
			_ = e.server.Cancel()
			endsWith(t, ended, "ended early")
			equal(t, "what it did", read(t, filepath.Join(dir, "tidied")), "tidy\n")
		})
	}
}

func TestCancelKillsACommandThatDoesNotListen(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	for token, inputs := range map[string]values{localCommand: {}, remoteCommand: {"connection": target.connection()}} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			e, dir := newEngine(t), t.TempDir()
			inputs["create"] = "trap '' TERM; " + family(dir)
			ended := e.begin(token, inputs, 0)
			within(t, 20*time.Second, "the family is up", func() bool { return alive(dir) == 3 })
			_ = e.server.Cancel()
			endsWith(t, ended, "ended early")
			within(t, 20*time.Second, "the family is gone", func() bool { return alive(dir) == 0 })
		})
	}
}

func TestCancelSendsSignalsOfTheProtocolWhereThereIsNoShell(t *testing.T) {
	t.Parallel()
	target := newFakeSSHD(t, "", false)
	e := newEngine(t)
	ended := e.begin(remoteCommand, values{"create": "wait", "connection": target.connection(), "stdin": "x"}, 0)
	within(t, 20*time.Second, "the command is up", target.waiting)
	_ = e.server.Cancel()
	endsWith(t, ended, "ended early")
	equal(t, "signals", target.signalled(), "TERM")
}

func TestCancelEndsACopy(t *testing.T) {
	t.Parallel()
	target := newFakeSSHD(t, "", false)
	e := newEngine(t)
	ended := e.begin(copyToRemote, values{
		"connection": target.connection(), "source": textAsset(t, "x"), "remotePath": "/x",
	}, 0)
	within(t, 20*time.Second, "the copy has begun", target.waiting)
	_ = e.server.Cancel()
	endsWith(t, ended, "sftp does not work on "+target.address, "context canceled")
}

func TestTimeoutOfTheResourceEndsTheCommand(t *testing.T) {
	t.Parallel()
	e, dir := newEngine(t), t.TempDir()
	ended := e.begin(localCommand, values{"create": family(dir)}, 1)
	endsWith(t, ended, "ended early: context deadline exceeded")
	within(t, 20*time.Second, "the family is gone", func() bool { return alive(dir) == 0 })
}

func TestCancelEndsAttemptsToConnect(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	ended := e.begin(remoteCommand, values{
		"create": "true", "connection": target.connectionTo(closedAddress(t), "dialErrorLimit", -1),
	}, 0)
	within(t, 20*time.Second, "there were several attempts", func() bool {
		return strings.Contains(said(messages.about(e.urn(remoteCommand)), "INFO"), "attempt 3 failed")
	})
	_ = e.server.Cancel()
	endsWith(t, ended, "context canceled")
}

func TestAPlugin(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		end func(plugin *exec.Cmd, conn *grpc.ClientConn) error
	}{
		"that gets SIGINT ends its commands and itself": {
			func(plugin *exec.Cmd, _ *grpc.ClientConn) error { return plugin.Process.Signal(syscall.SIGINT) },
		},
		"that gets SIGTERM ends its commands and itself": {
			func(plugin *exec.Cmd, _ *grpc.ClientConn) error { return plugin.Process.Signal(syscall.SIGTERM) },
		},
		"whose engine cancels ends its commands": {
			func(plugin *exec.Cmd, conn *grpc.ClientConn) error {
				_, err := pulumirpc.NewResourceProviderClient(conn).Cancel(context.Background(), nil)
				_ = plugin.Process.Signal(syscall.SIGINT)
				return err
			},
		},
		"whose engine has died ends its commands": {
			func(plugin *exec.Cmd, conn *grpc.ClientConn) error {
				defer func() { _ = plugin.Process.Signal(syscall.SIGINT) }()
				return conn.Close()
			},
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			plugin, conn, exited := startPlugin(t)
			dir := t.TempDir()
			inputs, err := structpb.NewStruct(values{"create": family(dir)})
			if err != nil {
				t.Fatal(err)
			}
			client := pulumirpc.NewResourceProviderClient(conn)
			ended := make(chan error, 1)
			go func() {
				_, err := client.Create(t.Context(), &pulumirpc.CreateRequest{
					Urn: "urn:pulumi:stack::project::command:local:Command::family", Properties: inputs,
				})
				ended <- err
			}()
			within(t, 30*time.Second, "the family is up", func() bool { return alive(dir) == 3 })
			if err := c.end(plugin, conn); err != nil {
				t.Fatal(err)
			}
			endsWith(t, ended)
			within(t, 20*time.Second, "the family is gone", func() bool { return alive(dir) == 0 })
			select {
			case <-exited:
			case <-time.After(30 * time.Second):
				t.Error("the plugin does not end")
			}
		})
	}
}

// startPlugin runs the plugin as the engine does, but for the engine's address.
func startPlugin(t *testing.T) (*exec.Cmd, *grpc.ClientConn, <-chan struct{}) {
	t.Helper()
	plugin := exec.Command(os.Args[0])
	plugin.Env = append(os.Environ(), asPlugin+"=1")
	stdout, err := plugin.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := plugin.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	t.Cleanup(func() { _ = plugin.Process.Kill(); <-exited })
	port, err := bufio.NewReader(stdout).ReadString('\n')
	go func() { _ = plugin.Wait(); close(exited) }()
	if err != nil {
		t.Fatalf("the plugin does not say its port: %v", err)
	}
	conn, err := grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return plugin, conn, exited
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
