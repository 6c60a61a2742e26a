package relay

import (
	"context"
	"fmt"
	"net"
	"time"

	"anslut/native/internal/ipc"
)

// loopback serves mode loopback: one connection on 127.0.0.1, from a process of our own user, and no second one.
func (r relay) loopback(ctx context.Context) int {
	var config net.ListenConfig
	config.SetMultipathTCP(false) // an MPTCP socket is not in /proc/net/tcp
	listener, err := config.Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		r.report(ipc.RelayFailed{Cause: ipc.CauseInternal, Detail: ipc.Shorten(err.Error(), detailRunes)})
		return exitFailed
	}
	defer context.AfterFunc(ctx, func() { listener.Close() })()
	r.report(ipc.RelayListening{Port: listener.Addr().(*net.TCPAddr).Port})
	defer listener.Close()
	return r.carry(ctx, func(ctx context.Context) (caller, error) {
		conn, err := acceptOwn(listener.(*net.TCPListener), time.Now().Add(r.patience.accept))
		listener.Close()
		if err != nil {
			return nil, fmt.Errorf("nobody of our own user has called: %w", err)
		}
		context.AfterFunc(ctx, func() { conn.Close() })
		return conn, nil
	}, r.patience.accept)
}

// acceptOwn accepts the first connection of a process of our own user. All others are closed at once: any program on the
// laptop can connect to 127.0.0.1, and must neither use the ticket's way nor keep OpenVPN from it.
func acceptOwn(listener *net.TCPListener, deadline time.Time) (*net.TCPConn, error) {
	if err := listener.SetDeadline(deadline); err != nil {
		return nil, fmt.Errorf("limit the wait: %w", err)
	}
	for {
		conn, err := listener.AcceptTCP()
		if err != nil {
			return nil, fmt.Errorf("accept: %w", err)
		}
		if isOwn, err := isOwnPeer(conn); err == nil && isOwn {
			return conn, nil
		}
		conn.Close()
	}
}
