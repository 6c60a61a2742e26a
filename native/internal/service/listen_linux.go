package service

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"anslut/native/internal/ipc"
)

// ErrRunning says that another helper runs on this computer.
var ErrRunning = errors.New("another helper is running")

// Lock makes sure that one helper runs, whoever started it: a second one would undo the tunnel of the first. It is held
// until the returned file is closed or the process ends.
func Lock(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("make the run directory: %w", err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		file.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = ErrRunning
		}
		return nil, fmt.Errorf("take the lock %s: %w", path, err)
	}
	return file, nil
}

// Listen makes the socket that everybody may call and only root can have made. Whoever holds the lock may remove a stale one.
func Listen(path string) (*net.UnixListener, error) {
	directory := filepath.Dir(path)
	if err := errors.Join(os.MkdirAll(directory, 0o755), os.Chown(directory, 0, 0), os.Chmod(directory, 0o755)); err != nil {
		return nil, fmt.Errorf("make the socket's directory: %w", err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove a stale socket: %w", err)
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", path, err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		listener.Close()
		return nil, fmt.Errorf("open %s to everybody: %w", path, err)
	}
	return listener, nil
}

// PeerUID asks the kernel who is at the other end.
func PeerUID(stream net.Conn) (uint32, error) {
	socket, isUnix := stream.(*net.UnixConn)
	if !isUnix {
		return 0, fmt.Errorf("ask who calls over %T: %w", stream, errors.ErrUnsupported)
	}
	peer, err := ipc.PeerOf(socket)
	return peer.UID, err
}
