package main

import (
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
)

// fakeSSHD is an ssh server that runs nothing. The command "wait" ends when it gets a signal, "ps" does not work, others
// end well at once; sftp never answers. It is for what the real one cannot be asked to do here: know passwords, accept
// all variables, pass on signals to root, be the only way to another machine.
type fakeSSHD struct {
	// The password, and whether it is asked for as a question (keyboard-interactive). No password: everyone may in.
	password string
	asks     bool

	address string
	hostKey string
	mu      sync.Mutex
	inside  map[string]string // The addresses of machines that can be reached through this one, by name.
	sent    []string
	signals []string
	waits   bool
}

func newFakeSSHD(t *testing.T, password string, asks bool) *fakeSSHD {
	t.Helper()
	key := newKey(t)
	signer, err := ssh.NewSignerFromSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	server := &fakeSSHD{password: password, asks: asks, address: listener.Addr().String(), hostKey: publicText(key)}
	config := server.config()
	config.AddHostKey(signer)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go server.serve(conn, config)
		}
	}()
	return server
}

func (s *fakeSSHD) connection(changes ...any) values {
	return (&sshd{user: "someone"}).connectionTo(s.address,
		append([]any{"privateKey", nil, "hostKey", s.hostKey, "dialErrorLimit", 0}, changes...)...)
}

// environment lists the variables that the last command was sent.
func (s *fakeSSHD) environment() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.sent)
	return strings.Join(s.sent, " ")
}

// signalled lists the signals that came.
func (s *fakeSSHD) signalled() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.signals, " ")
}

// knows makes another machine reachable through this one.
func (s *fakeSSHD) knows(name, address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inside = map[string]string{name: address}
}

func (s *fakeSSHD) waitsNow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits = true
}

// waiting tells whether the command "wait" or a call for sftp has come.
func (s *fakeSSHD) waiting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waits
}

func (s *fakeSSHD) config() *ssh.ServerConfig {
	decide := func(answer string) (*ssh.Permissions, error) {
		if answer != s.password {
			return nil, ssh.ErrNoAuth
		}
		return nil, nil
	}
	switch {
	case s.password == "":
		return &ssh.ServerConfig{NoClientAuth: true}
	case s.asks:
		return &ssh.ServerConfig{KeyboardInteractiveCallback: func(
			_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge,
		) (*ssh.Permissions, error) {
			answers, err := ask("", "", []string{"Password: "}, []bool{false})
			if err != nil || len(answers) != 1 {
				return nil, err
			}
			return decide(answers[0])
		}}
	}
	return &ssh.ServerConfig{PasswordCallback: func(_ ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
		return decide(string(password))
	}}
}

func (s *fakeSSHD) serve(conn net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for asked := range channels {
		channel, requests, err := asked.Accept()
		if err != nil {
			return
		}
		if asked.ChannelType() == "direct-tcpip" {
			go ssh.DiscardRequests(requests)
			go s.forward(channel, asked.ExtraData())
		} else {
			go s.session(channel, requests)
		}
	}
}

// forward leads a connection on to the address that the name stands for here, and only here.
func (s *fakeSSHD) forward(channel ssh.Channel, extra []byte) {
	var wanted struct {
		Host       string
		Port       uint32
		Origin     string
		OriginPort uint32
	}
	err := ssh.Unmarshal(extra, &wanted)
	s.mu.Lock()
	address, known := s.inside[wanted.Host]
	s.mu.Unlock()
	if err != nil || !known {
		_ = channel.Close()
		return
	}
	join(channel, address)
}

func (s *fakeSSHD) session(channel ssh.Channel, requests <-chan *ssh.Request) {
	defer func() { _ = channel.Close() }()
	s.mu.Lock()
	s.sent = nil
	s.mu.Unlock()
	for request := range requests {
		_ = request.Reply(true, nil)
		switch request.Type {
		case "env":
			var variable struct{ Name, Value string }
			if ssh.Unmarshal(request.Payload, &variable) == nil {
				s.mu.Lock()
				s.sent = append(s.sent, variable.Name+"="+variable.Value)
				s.mu.Unlock()
			}
		case "subsystem":
			s.waitsNow()
		case "exec":
			var command struct{ Words string }
			if ssh.Unmarshal(request.Payload, &command) == nil && command.Words == "wait" {
				s.waitsNow()
				continue
			}
			var status struct{ Code uint32 }
			if strings.HasPrefix(command.Words, "ps ") {
				status.Code = 127
			}
			_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(status))
			return
		case "signal":
			var signal struct{ Name string }
			if ssh.Unmarshal(request.Payload, &signal) == nil {
				s.mu.Lock()
				s.signals = append(s.signals, signal.Name)
				s.mu.Unlock()
			}
			return
		}
	}
}
