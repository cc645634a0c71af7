package main

import (
	"bytes"
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
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// sshd is a real OpenSSH server on this machine, with keys of its own, for the user who runs the tests.
type sshd struct {
	address, user   string
	userKey         crypto.Signer
	privateKey      string            // The user's, as text.
	hostKeys        map[string]string // The server's public keys by type, as in an authorized_keys file.
	dir             string
	process         *exec.Cmd
	log             bytes.Buffer
	ended           chan error
	environmentName string // Variables with this prefix are accepted.
}

var oneSSHD = sync.OnceValues(launchSSHD)

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
		_ = server.process.Process.Signal(syscall.SIGTERM)
		<-server.ended
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

func launchSSHD() (_ *sshd, err error) {
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
	settings, err := s.configure()
	if err != nil {
		return nil, err
	}
	s.process = exec.Command(program, append([]string{"-D", "-e", "-f", "/dev/null"}, settings...)...)
	s.process.Stderr = &s.log
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	s.ended = make(chan error, 1)
	go func() { s.ended <- s.process.Wait(); close(s.ended) }()
	return s, s.await()
}

// configure makes the keys and returns the server's options.
func (s *sshd) configure() ([]string, error) {
	_, userKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	s.userKey = userKey
	if s.privateKey, err = keyText(userKey, ""); err != nil {
		return nil, err
	}
	authorized := filepath.Join(s.dir, "authorized_keys")
	if err := os.WriteFile(authorized, []byte(publicText(userKey)), 0o600); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.address = listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	_, port := split(s.address)
	var words []string
	for _, option := range []string{
		"ListenAddress=127.0.0.1", "Port=" + strconv.Itoa(port), "AuthorizedKeysFile=" + authorized,
		"StrictModes=no", "UsePAM=no", "PasswordAuthentication=no", "PermitRootLogin=yes", "PidFile=none",
		"MaxStartups=100", "UseDNS=no", "AcceptEnv=" + s.environmentName + "*", "Subsystem=sftp internal-sftp",
	} {
		words = append(words, "-o", option)
	}
	_, hostKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	for i, key := range []crypto.Signer{hostKey, rsaKey} {
		private, err := keyText(key, "")
		if err != nil {
			return nil, err
		}
		file := filepath.Join(s.dir, fmt.Sprint("host_key_", i))
		if err := os.WriteFile(file, []byte(private), 0o600); err != nil {
			return nil, err
		}
		public := publicText(key)
		s.hostKeys[strings.Fields(public)[0]] = public
		words = append(words, "-h", file)
	}
	return words, nil
}

func (s *sshd) await() error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", s.address); err == nil {
			return conn.Close()
		}
		select {
		case err := <-s.ended:
			return fmt.Errorf("sshd ended: %w: %s", err, s.log.String())
		default:
		}
	}
	return fmt.Errorf("sshd does not listen on %s", s.address)
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
