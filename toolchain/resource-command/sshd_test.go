package main

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/ssh"
)

// sshd is a real OpenSSH server on this machine, with keys of its own, for the user who runs the tests. Each connection
// gets a process of its own, which ends with the connection: whatever happens to the tests, nothing is left running.
type sshd struct {
	address, user   string
	userKey         crypto.Signer
	privateKey      string            // The user's, as text.
	hostKeys        map[string]string // The server's public keys by type, as in an authorized_keys file.
	environmentName string            // Variables with this prefix are accepted.
	dir             string
	words           []string // The program and its options.
}

var oneSSHD = sync.OnceValues(prepareSSHD)

var sshdStarted atomic.Bool

// startSSHD returns the server that all tests share. Without one they must fail: they would prove nothing.
func startSSHD(t *testing.T) *sshd {
	t.Helper()
	sshdStarted.Store(true)
	server, err := oneSSHD()
	if err != nil {
		t.Fatalf("these tests need an ssh server (Debian package openssh-server): %v", err)
	}
	return server
}

func stopSSHD() {
	if !sshdStarted.Load() {
		return
	}
	if server, err := oneSSHD(); err == nil {
		_ = os.RemoveAll(server.dir)
	}
}

// connection gives the inputs to reach the server, with changes: pairs of a name and a value, nil to leave it out.
func (s *sshd) connection(changes ...any) values {
	return s.connectionTo(s.address, changes...)
}

// connectionTo reaches the server by an address that leads to it.
func (s *sshd) connectionTo(address string, changes ...any) values {
	host, port := split(address)
	c := values{
		"host": host, "port": port, "user": s.user, "privateKey": s.privateKey,
		"hostKey": s.hostKeys[ssh.KeyAlgoED25519], "dialErrorLimit": 2,
	}
	for i := 0; i < len(changes); i += 2 {
		if name := changes[i].(string); changes[i+1] == nil {
			delete(c, name)
		} else {
			c[name] = changes[i+1]
		}
	}
	return c
}

func prepareSSHD() (*sshd, error) {
	// It insists on being started by its full path.
	program, err := exec.LookPath("sshd")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/sshd")
	}
	if err != nil {
		return nil, err
	}
	me, err := user.Current()
	if err != nil {
		return nil, err
	}
	if os.Getuid() == 0 {
		// Where sshd confines its children; the system's own start script makes it.
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp("", "sshd")
	if err != nil {
		return nil, err
	}
	s := &sshd{user: me.Username, dir: dir, hostKeys: map[string]string{}, environmentName: "RESOURCE_COMMAND_"}
	s.words = []string{program, "-i", "-f", "/dev/null"}
	if err := s.configure(); err != nil {
		return nil, err
	}
	if faults, err := exec.Command(program, append([]string{"-t"}, s.words[2:]...)...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, faults)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.address = listener.Addr().String()
	go s.accept(listener)
	return s, nil
}

// configure makes the keys and the options.
func (s *sshd) configure() error {
	_, userKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	s.userKey = userKey
	if s.privateKey, err = keyText(userKey, ""); err != nil {
		return err
	}
	authorized := filepath.Join(s.dir, "authorized_keys")
	if err := os.WriteFile(authorized, []byte(publicText(userKey)), 0o600); err != nil {
		return err
	}
	for _, option := range []string{
		"AuthorizedKeysFile=" + authorized, "StrictModes=no", "UsePAM=no", "PasswordAuthentication=no",
		"PermitRootLogin=yes", "UseDNS=no", "AcceptEnv=" + s.environmentName + "*", "Subsystem=sftp internal-sftp",
	} {
		s.words = append(s.words, "-o", option)
	}
	_, hostKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	for i, key := range []crypto.Signer{hostKey, rsaKey} {
		private, err := keyText(key, "")
		if err != nil {
			return err
		}
		file := filepath.Join(s.dir, fmt.Sprint("host_key_", i))
		if err := os.WriteFile(file, []byte(private), 0o600); err != nil {
			return err
		}
		public := publicText(key)
		s.hostKeys[strings.Fields(public)[0]] = public
		s.words = append(s.words, "-h", file)
	}
	return nil
}

// accept serves connections as long as the tests run.
func (s *sshd) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		socket, err := conn.(*net.TCPConn).File()
		_ = conn.Close()
		if err != nil {
			return
		}
		server := exec.Command(s.words[0], s.words[1:]...)
		server.Stdin, server.Stdout = socket, socket
		err = server.Start()
		_ = socket.Close()
		if err == nil {
			go func() { _ = server.Wait() }()
		}
	}
}

func keyText(key crypto.Signer, password string) (string, error) {
	var block *pem.Block
	var err error
	if password == "" {
		block, err = ssh.MarshalPrivateKey(key, "")
	} else {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte(password))
	}
	return string(pem.EncodeToMemory(block)), err
}

func publicText(key crypto.Signer) string {
	public, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		panic(err)
	}
	return string(ssh.MarshalAuthorizedKey(public))
}

func newKey(t *testing.T) crypto.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func split(address string) (host string, port int) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		panic(err)
	}
	if port, err = strconv.Atoi(text); err != nil {
		panic(err)
	}
	return host, port
}

// gate stands before a server. It counts those who come, turns the first ones away, and leads the others on.
type gate struct {
	address string
	came    atomic.Int32
}

func newGate(t *testing.T, to string, turnedAway int32) *gate {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	g := &gate{address: listener.Addr().String()}
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			if g.came.Add(1) <= turnedAway {
				_ = from.Close()
				continue
			}
			go join(from, to)
		}
	}()
	return g
}

func join(from io.ReadWriteCloser, address string) {
	defer func() { _ = from.Close() }()
	to, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(to, from)
		_ = to.Close()
	}()
	_, _ = io.Copy(from, to)
}

// closedAddress is one that nobody listens on.
func closedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
