package main

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh/agent"
)

// reach creates a command over a connection; it returns what the failure says, "" if there is none.
func (e *engine) reach(connection values) string {
	e.t.Helper()
	if _, err := e.tryCreate(remoteCommand, values{"create": "true", "connection": connection}); err != nil {
		return err.Error()
	}
	return ""
}

func TestDialErrorLimit(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	for _, c := range []struct {
		limit, turnedAway, came int
		works                   bool
	}{
		{0, 0, 1, true}, {0, 1, 1, false}, {2, 2, 3, true}, {2, 3, 3, false}, {-1, 3, 4, true},
	} {
		e := newEngine(t)
		gate := newGate(t, target.address, int32(c.turnedAway))
		err := e.reach(target.connectionTo(gate.address, "dialErrorLimit", c.limit))
		equal(t, "attempts", int(gate.came.Load()), c.came)
		equal(t, "it works", err == "", c.works)
		if !c.works {
			contains(t, err, "failed after "+map[int]string{1: "1 attempts", 3: "3 attempts"}[c.came], gate.address)
		}
	}
}

func TestConnectionRefused(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	contains(t, e.reach(target.connectionTo(closedAddress(t))), "after 3 attempts", "connection refused")
	contains(t, said(messages.about(e.urn(remoteCommand)), "INFO"), "attempt 1 failed, trying again", "attempt 2 failed")
}

func TestPerDialTimeoutCoversTheHandshake(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	began := time.Now()
	failure := newEngine(t).reach(target.connectionTo(silent.Addr().String(), "perDialTimeout", 1, "dialErrorLimit", 1))
	contains(t, failure, "no answer in 1s", "after 2 attempts")
	if took := time.Since(began); took < 2*time.Second || took > 20*time.Second {
		t.Errorf("two attempts of a second each took %s", took)
	}
	// 0 is no limit, and no reason not to connect.
	equal(t, "failure", newEngine(t).reach(target.connection("perDialTimeout", 0)), "")
}

func TestWrongUserKey(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	other, err := keyText(newKey(t), "")
	if err != nil {
		t.Fatal(err)
	}
	e := newEngine(t)
	contains(t, e.reach(target.connection("privateKey", other)), "unable to authenticate", "after 3 attempts")

	failure := e.reach(target.connection("privateKey", "not a key"))
	contains(t, failure, "privateKey cannot be used", "no key found")
	containsNot(t, failure, "attempts", "not a key")
}

func TestEncryptedPrivateKey(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	locked, err := keyText(target.userKey, "open sesame")
	if err != nil {
		t.Fatal(err)
	}
	e := newEngine(t)
	equal(t, "failure", e.reach(target.connection("privateKey", locked, "privateKeyPassword", "open sesame")), "")
	failure := e.reach(target.connection("privateKey", locked, "privateKeyPassword", "open rye"))
	contains(t, failure, "privateKey cannot be used", "incorrect")
	containsNot(t, failure, "open rye", "attempts")
	contains(t, e.reach(target.connection("privateKey", locked)), "privateKey cannot be used", "passphrase")
}

func TestHostKey(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	for algorithm, key := range target.hostKeys {
		e := newEngine(t)
		equal(t, algorithm, e.reach(target.connection("hostKey", key)), "")
		equal(t, "warnings", strings.Count(said(messages.about(e.urn(remoteCommand)), "WARN"), "is not checked"), 0)
	}
	e := newEngine(t)
	contains(t, e.reach(target.connection("hostKey", publicText(newKey(t)))), "host key mismatch")
	failure := e.reach(target.connection("hostKey", "none"))
	contains(t, failure, "hostKey is not a public key")
	containsNot(t, failure, "attempts")
}

func TestHostKeyNotGivenIsWarnedOfOnce(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	for range 3 {
		equal(t, "failure", e.reach(target.connection("hostKey", nil)), "")
	}
	e.create(copyToRemote, values{
		"connection": target.connection("hostKey", nil), "source": textAsset(t, "x"),
		"remotePath": filepath.Join(t.TempDir(), "f"),
	})
	warnings := said(append(messages.about(e.urn(remoteCommand)), messages.about(e.urn(copyToRemote))...), "WARN")
	equal(t, "warnings", strings.Count(warnings, "is not checked"), 1)
	contains(t, warnings, "127.0.0.1", "hostKey")
}

func TestPassword(t *testing.T) {
	t.Parallel()
	for _, asks := range []bool{false, true} {
		server := newFakeSSHD(t, "pass word", asks)
		e := newEngine(t)
		equal(t, "failure", e.reach(server.connection("password", "pass word")), "")
		failure := e.reach(server.connection("password", "other word"))
		contains(t, failure, "unable to authenticate")
		containsNot(t, failure, "other word")

		// A key that the server does not want is tried first and does not stand in the way.
		key, err := keyText(newKey(t), "")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "failure", e.reach(server.connection("password", "pass word", "privateKey", key)), "")
	}
}

func TestAgent(t *testing.T) {
	target := startSSHD(t)
	socket := serveAgent(t, target)
	nobody := filepath.Join(t.TempDir(), "nobody")
	e := newEngine(t)
	equal(t, "with an agent", e.reach(target.connection("privateKey", nil, "agentSocketPath", socket)), "")
	contains(t, e.reach(target.connection("privateKey", nil, "agentSocketPath", nobody)), "agent does not answer", nobody)
	contains(t, e.reach(target.connection("agentSocketPath", nobody)), "agent does not answer")

	other, err := keyText(newKey(t), "")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "an agent helps out a wrong key",
		e.reach(target.connection("privateKey", other, "agentSocketPath", socket)), "")

	contains(t, e.reach(target.connection("privateKey", nil)), "unable to authenticate")
	t.Setenv("SSH_AUTH_SOCK", socket)
	equal(t, "the agent of the environment", e.reach(target.connection("privateKey", nil)), "")
	t.Setenv("SSH_AUTH_SOCK", nobody)
	equal(t, "one that is gone, if there is a key", e.reach(target.connection()), "")
	contains(t, e.reach(target.connection("privateKey", nil)), "agent does not answer")
}

func serveAgent(t *testing.T, target *sshd) (socket string) {
	t.Helper()
	keys := agent.NewKeyring()
	if err := keys.Add(agent.AddedKey{PrivateKey: target.userKey}); err != nil {
		t.Fatal(err)
	}
	socket = filepath.Join(t.TempDir(), "agent")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(keys, conn) }()
		}
	}()
	return socket
}

func TestProxyReachesWhatOnlyItKnows(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	proxy := newFakeSSHD(t, "pass word", false)
	proxy.knows("inside.invalid", target.address)
	made := newEngine(t).create(remoteCommand, values{
		"create": "echo reached", "connection": target.connectionTo("inside.invalid:22",
			"dialErrorLimit", 0, "proxy", proxy.connection("password", "pass word")),
	})
	equal(t, "stdout", made.get("stdout"), "reached")
}

func TestProxy(t *testing.T) {
	t.Parallel()
	target := startSSHD(t)
	e := newEngine(t)
	first, second := newGate(t, target.address, 1), newGate(t, target.address, 1)
	through := func(proxyChanges ...any) values {
		return target.connectionTo(second.address, "proxy", target.connectionTo(first.address, proxyChanges...))
	}
	equal(t, "failure", e.reach(through()), "") // Both turn the first attempt away.
	equal(t, "who came to the proxy", first.came.Load(), 2)
	equal(t, "who came to the target", second.came.Load(), 2)

	contains(t, e.reach(through("hostKey", publicText(newKey(t)))), "proxy connection to "+first.address, "mismatch")
	equal(t, "who came to the target after the proxy failed", second.came.Load(), 2)

	nobody := closedAddress(t)
	failure := e.reach(target.connectionTo(nobody, "proxy", target.connectionTo(first.address), "dialErrorLimit", 0))
	contains(t, failure, "connection to "+nobody, "after 1 attempts")
	containsNot(t, failure, "proxy connection")

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	failure = e.reach(target.connectionTo(silent.Addr().String(), "proxy", target.connectionTo(first.address),
		"dialErrorLimit", 0, "perDialTimeout", 1))
	contains(t, failure, "no answer in 1s")
}
