package remote

import (
	"fmt"
	"net"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// login is what one endpoint needs for its handshakes. close ends the connection to the agent.
type login struct {
	config *ssh.ClientConfig
	close  func()
}

// prepareLogin reads keys and asks for the agent. Its errors are in the inputs, so trying again would not help.
func prepareLogin(e *Endpoint, warn func(), log p.Logger) (*login, error) {
	config := &ssh.ClientConfig{User: or(e.User, defaultUser)}
	if e.HostKey == nil {
		warn()
		config.HostKeyCallback = ssh.InsecureIgnoreHostKey()
	} else {
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(*e.HostKey))
		if err != nil {
			return nil, fmt.Errorf("hostKey is not a public key such as \"ssh-ed25519 AAAA...\": %w", err)
		}
		config.HostKeyCallback = ssh.FixedHostKey(key)
		config.HostKeyAlgorithms = signatureAlgorithms(key)
	}

	signers, closeAgent, err := findKeys(e, log)
	if err != nil {
		return nil, err
	}
	// One method for all keys: a second method of the same name would never be tried.
	if signers != nil {
		config.Auth = append(config.Auth, ssh.PublicKeysCallback(signers))
	}
	if e.Password != nil {
		answer := func(_, _ string, questions []string, _ []bool) ([]string, error) {
			answers := make([]string, len(questions))
			for i := range answers {
				answers[i] = *e.Password
			}
			return answers, nil
		}
		config.Auth = append(config.Auth, ssh.Password(*e.Password), ssh.KeyboardInteractive(answer))
	}
	return &login{config, closeAgent}, nil
}

// signatureAlgorithms lists how a server can prove that it has the key. An RSA key has one type but three ways, and
// current servers refuse the one that is named like the type.
func signatureAlgorithms(key ssh.PublicKey) []string {
	if key.Type() == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}
	}
	return []string{key.Type()}
}

// findKeys returns the private key of the inputs followed by those of the agent, or nil if there is neither.
func findKeys(e *Endpoint, log p.Logger) (signers func() ([]ssh.Signer, error), close func(), err error) {
	var own []ssh.Signer
	if e.PrivateKey != nil {
		signer, err := readPrivateKey(*e.PrivateKey, e.PrivateKeyPassword)
		if err != nil {
			return nil, nil, fmt.Errorf("privateKey cannot be used: %w", err)
		}
		own = append(own, signer)
	}
	keys, closeAgent, err := dialAgent(e, log)
	switch {
	case err != nil:
		return nil, nil, err
	case keys == nil && own == nil:
		return nil, closeAgent, nil
	case keys == nil:
		return func() ([]ssh.Signer, error) { return own, nil }, closeAgent, nil
	}
	return func() ([]ssh.Signer, error) {
		more, err := keys.Signers()
		if err != nil && own == nil {
			return nil, fmt.Errorf("the ssh agent does not name its keys: %w", err)
		}
		return append(own[:len(own):len(own)], more...), nil
	}, closeAgent, nil
}

func readPrivateKey(text string, password *string) (ssh.Signer, error) {
	if password != nil {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(text), []byte(*password))
	}
	return ssh.ParsePrivateKey([]byte(text))
}

// dialAgent connects to the agent of the inputs or, if they name none, to that of the environment. The latter may be
// long gone, which matters only if there is nothing else to log in with.
func dialAgent(e *Endpoint, log p.Logger) (keys agent.ExtendedAgent, close func(), err error) {
	path := or(e.AgentSocketPath, os.Getenv("SSH_AUTH_SOCK"))
	if path == "" {
		return nil, func() {}, nil
	}
	conn, err := net.Dial("unix", path)
	if err == nil {
		return agent.NewClient(conn), func() { _ = conn.Close() }, nil
	}
	if e.AgentSocketPath == nil && (e.PrivateKey != nil || e.Password != nil) {
		log.Debugf("the ssh agent of SSH_AUTH_SOCK is not used: %v", err)
		return nil, func() {}, nil
	}
	return nil, nil, fmt.Errorf("the ssh agent does not answer: %w", err)
}
