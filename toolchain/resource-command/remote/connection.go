// Package remote runs commands on other machines and copies files to them, over ssh.
package remote

import (
	"net"
	"strconv"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Connection is the type command:remote:Connection: how to reach a machine.
type Connection struct {
	Endpoint
	// The machine through which to connect, if any.
	Proxy *ProxyConnection `pulumi:"proxy,optional"`
}

// ProxyConnection is the type command:remote:ProxyConnection.
type ProxyConnection struct {
	Endpoint
}

// Endpoint is one ssh server and how to log in there. The fields with a default are set after Check.
type Endpoint struct {
	Host               *string  `pulumi:"host"`
	Port               *float64 `pulumi:"port,optional"`
	User               *string  `pulumi:"user,optional"`
	Password           *string  `pulumi:"password,optional" provider:"secret"`
	PrivateKey         *string  `pulumi:"privateKey,optional" provider:"secret"`
	PrivateKeyPassword *string  `pulumi:"privateKeyPassword,optional" provider:"secret"`
	// The socket of an ssh agent; that of SSH_AUTH_SOCK if not set.
	AgentSocketPath *string `pulumi:"agentSocketPath,optional"`
	// So many attempts may fail before the one that must not. -1 for no limit.
	DialErrorLimit *int `pulumi:"dialErrorLimit,optional"`
	// In seconds, for each attempt. 0 for no limit.
	PerDialTimeout *int `pulumi:"perDialTimeout,optional"`
	// The server's public key, as in an authorized_keys file. It is not checked if not set.
	HostKey *string `pulumi:"hostKey,optional"`
}

const (
	defaultPort           = 22
	defaultUser           = "root"
	defaultDialErrorLimit = 10
	defaultPerDialTimeout = 15
)

// Annotate sets the defaults of the npm package.
func (e *Endpoint) Annotate(a infer.Annotator) {
	a.SetDefault(&e.Port, defaultPort)
	a.SetDefault(&e.User, defaultUser)
	a.SetDefault(&e.DialErrorLimit, defaultDialErrorLimit)
	a.SetDefault(&e.PerDialTimeout, defaultPerDialTimeout)
}

func (e *Endpoint) address() string {
	return net.JoinHostPort(or(e.Host, ""), strconv.Itoa(int(or(e.Port, defaultPort))))
}

func (e *Endpoint) dialErrorLimit() int { return or(e.DialErrorLimit, defaultDialErrorLimit) }

func (e *Endpoint) perDialTimeout() time.Duration {
	return time.Duration(or(e.PerDialTimeout, defaultPerDialTimeout)) * time.Second
}

// or reads an optional value. State that was written without Check, such as an imported resource's, has no defaults.
func or[T any](value *T, fallback T) T {
	if value == nil {
		return fallback
	}
	return *value
}
