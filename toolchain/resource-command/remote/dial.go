package remote

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"
)

// Dialer makes ssh connections. All resources of a plugin share one.
type Dialer struct {
	warned sync.Once
}

// The pauses between attempts: 11 s altogether with the default limit of errors.
const (
	firstPause  = 100 * time.Millisecond
	pauseGrowth = 1.5
	longPause   = 5 * time.Second
)

// client is an ssh connection together with those it runs through.
type client struct {
	*ssh.Client
	through []*ssh.Client
}

// Close ends all of it.
func (c *client) Close() {
	_ = c.Client.Close()
	for _, hop := range c.through {
		_ = hop.Close()
	}
}

// dial connects and logs in, through the proxy if there is one. The connection ends when the context does.
func (d *Dialer) dial(ctx context.Context, c *Connection) (*client, error) {
	if c.Proxy == nil {
		target, err := d.hop(ctx, "", &c.Endpoint, (&net.Dialer{}).DialContext)
		if err != nil {
			return nil, err
		}
		return &client{Client: target}, nil
	}
	proxy, err := d.hop(ctx, "proxy ", &c.Proxy.Endpoint, (&net.Dialer{}).DialContext)
	if err != nil {
		return nil, err
	}
	target, err := d.hop(ctx, "", &c.Endpoint, proxy.DialContext)
	if err != nil {
		_ = proxy.Close()
		return nil, err
	}
	return &client{target, []*ssh.Client{proxy}}, nil
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// hop connects to one server, trying again as often as the endpoint allows: a new machine refuses connections and
// even keys for a while.
func (d *Dialer) hop(ctx context.Context, role string, e *Endpoint, dial dialFunc) (*ssh.Client, error) {
	log := p.GetLogger(ctx)
	warn := func() {
		d.warned.Do(func() {
			log.Warningf("The host key of %s and of all other machines without connection.hostKey is not checked: "+
				"whoever can redirect the connection can pose as the machine. Set hostKey to the public key of its sshd.",
				or(e.Host, ""))
		})
	}
	login, err := prepareLogin(e, warn, log)
	if err != nil {
		return nil, fmt.Errorf("%sconnection to %s: %w", role, e.address(), err)
	}
	defer login.close()

	pause := firstPause
	for attempt := 1; ; attempt++ {
		client, err := connect(ctx, e, login.config, dial)
		if err == nil {
			return client, nil
		}
		limit := e.dialErrorLimit()
		if ctx.Err() != nil || limit >= 0 && attempt > limit {
			return nil, fmt.Errorf("%sconnection to %s failed after %d attempts: %w", role, e.address(), attempt, err)
		}
		log.InfoStatusf("%sconnection to %s: attempt %d failed, trying again: %v", role, e.address(), attempt, err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(time.Duration(float64(pause)*pauseGrowth), longPause)
	}
}

// connect makes one attempt. Its time limit covers the handshake too: a machine may accept and then say nothing.
func connect(ctx context.Context, e *Endpoint, config *ssh.ClientConfig, dial dialFunc) (*ssh.Client, error) {
	if limit := e.perDialTimeout(); limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer in %s (perDialTimeout)", limit))
		defer cancel()
	}
	conn, err := dial(ctx, "tcp", e.address())
	if err != nil {
		return nil, why(ctx, err)
	}
	// Not by a deadline, because a connection through a proxy has none.
	inTime := context.AfterFunc(ctx, func() { _ = conn.Close() })
	handshake, channels, requests, err := ssh.NewClientConn(conn, e.address(), config)
	if err != nil {
		_ = conn.Close()
		return nil, why(ctx, err)
	}
	if !inTime() {
		_ = handshake.Close()
		return nil, context.Cause(ctx)
	}
	return ssh.NewClient(handshake, channels, requests), nil
}

// why prefers the reason for which an attempt was ended to the error that its end led to.
func why(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
