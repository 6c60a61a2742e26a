package relay

import (
	"context"
	"net"
	"time"

	"anslut/native/internal/ipc"
)

// wayConn is what a way is once it is open: *net.TCPConn or *tls.Conn.
type wayConn interface {
	net.Conn
	CloseWrite() error
}

// opened is a connection of a way.
type opened struct {
	conn wayConn
	// raw is the TCP connection below. Closing it waits for nobody, closing TLS would.
	raw net.Conn
	// early is what has already been read of the far side's bytes.
	early []byte
}

// opener makes connections of ways.
type opener struct {
	patience limits
	refusals *refusals
}

// open makes a connection of a way: TCP, through the proxy, wrapped. Its error is a [fallout].
func (o opener) open(ctx context.Context, way ipc.Way) (opened, error) {
	if way.Proxy != nil {
		connection, err := o.throughProxy(ctx, way)
		if err != nil || way.Wrap == nil {
			return connection, err
		}
		return o.wrap(ctx, connection, way.Wrap.ServerName)
	}
	tcp, err := o.dial(ctx, way.Host, way.Port)
	if err != nil {
		return opened{}, dialFallout(err)
	}
	connection := opened{conn: tcp, raw: tcp}
	if way.Wrap == nil {
		return connection, nil
	}
	return o.wrap(ctx, connection, way.Wrap.ServerName)
}

// dial connects by TCP. A name's IPv6 and IPv4 addresses are raced by net.Dialer (RFC 6555). TCP_NODELAY is Go's default.
func (o opener) dial(ctx context.Context, host string, port int) (*net.TCPConn, error) {
	dialer := net.Dialer{
		Timeout:         o.patience.connect,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 30 * time.Second, Count: 3},
	}
	conn, err := dialer.DialContext(ctx, "tcp", endpoint(host, port))
	if err != nil {
		return nil, err
	}
	return conn.(*net.TCPConn), nil
}

// within bounds what follows on a connection by a time and by the context. The returned function lifts the bound.
func within(ctx context.Context, conn net.Conn, patience time.Duration) (lift func()) {
	_ = conn.SetDeadline(time.Now().Add(patience))
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	return func() {
		if stop() {
			_ = conn.SetDeadline(time.Time{})
		}
	}
}
