package ipc

import (
	"fmt"
	"net"

	"golang.org/x/sys/unix"
)

// Peer is who is at the other end of a local socket, as the kernel saw it when the connection was made (unix(7), SO_PEERCRED).
type Peer struct {
	UID uint32
	PID int
}

// PeerOf asks the kernel.
func PeerOf(connection *net.UnixConn) (Peer, error) {
	raw, err := connection.SyscallConn()
	if err != nil {
		return Peer{}, fmt.Errorf("ask who calls: %w", err)
	}
	var credentials *unix.Ucred
	var failure error
	if err := raw.Control(func(descriptor uintptr) {
		credentials, failure = unix.GetsockoptUcred(int(descriptor), unix.SOL_SOCKET, unix.SO_PEERCRED)
	}); err != nil {
		return Peer{}, fmt.Errorf("ask who calls: %w", err)
	}
	if failure != nil {
		return Peer{}, fmt.Errorf("ask who calls: %w", failure)
	}
	return Peer{UID: credentials.Uid, PID: int(credentials.Pid)}, nil
}
