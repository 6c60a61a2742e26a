package relay

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"

	"anslut/native/internal/ipc"
)

// wrap puts TLS around a connection, for firewalls that want to see TLS on 443.
func (o opener) wrap(ctx context.Context, below opened, serverName string) (opened, error) {
	ctx, cancel := context.WithTimeout(ctx, o.patience.connect)
	defer cancel()
	var transport net.Conn = below.raw
	if len(below.early) > 0 {
		transport = &replayed{Conn: below.raw, early: below.early}
	}
	conn := tls.Client(transport, &tls.Config{
		ServerName: serverName,
		NextProtos: []string{ipc.TunnelALPN},
		MinVersion: tls.VersionTLS13,
		// Camouflage only, trusted for nothing: what goes through it is OpenVPN, which proves the server by the ticket's own CA
		// and name. A check here would only let a firewall's own certificate keep people from working.
		InsecureSkipVerify: true,
		// A resumed session would tell a listener that two tunnels are the same laptop's.
		SessionTicketsDisabled: true,
	})
	if err := conn.HandshakeContext(ctx); err != nil {
		below.raw.Close()
		return opened{}, fallout{ipc.OutcomeTLSFailed, fmt.Sprintf("TLS with %s: %v", serverName, err)}
	}
	// Something that opens TLS on the way and does not know our protocol would hand us to the portal's HTTPS, whose complaint
	// would count as an answer.
	if conn.ConnectionState().NegotiatedProtocol != ipc.TunnelALPN {
		below.raw.Close()
		return opened{}, fallout{ipc.OutcomeTLSFailed, "the far side does not know " + ipc.TunnelALPN}
	}
	return opened{conn: conn, raw: below.raw}, nil
}

// replayed is a connection of which some bytes have been read already.
type replayed struct {
	net.Conn
	early []byte
}

func (r *replayed) Read(into []byte) (int, error) {
	if len(r.early) == 0 {
		return r.Conn.Read(into)
	}
	count := copy(into, r.early)
	r.early = r.early[count:]
	return count, nil
}
