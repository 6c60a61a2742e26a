package service

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"anslut/native/internal/ipc"
)

var errNotRoot = errors.New("is not root's alone")

// Dial opens the helper's socket and makes sure that root is at the other end: who could have made the socket or its
// directory, and who the kernel says has listened.
func Dial(path string) (*net.UnixConn, *ipc.Failure) {
	if failure := checkOwner(filepath.Dir(path), writableByOthers); failure != nil {
		return nil, failure
	}
	// Everybody may write to the socket: that is how one calls.
	if failure := checkOwner(path, 0); failure != nil {
		return nil, failure
	}
	socket, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, ipc.Fail(ipc.CauseHelperMissing, fmt.Errorf("call the helper: %w", err))
	}
	peer, err := ipc.PeerOf(socket)
	if err == nil && peer.UID != 0 {
		err = fmt.Errorf("the listener has uid %d: %w", peer.UID, errNotRoot)
	}
	if err != nil {
		socket.Close()
		return nil, ipc.Fail(ipc.CauseHelperUntrusted, err)
	}
	return socket, nil
}

const writableByOthers = 0o022

func checkOwner(path string, forbidden uint32) *ipc.Failure {
	info, err := os.Lstat(path)
	if err != nil {
		return ipc.Fail(ipc.CauseHelperMissing, fmt.Errorf("look for the helper: %w", err))
	}
	status, known := info.Sys().(*syscall.Stat_t)
	if !known || status.Uid != 0 || status.Mode&forbidden != 0 {
		return ipc.Fail(ipc.CauseHelperUntrusted, fmt.Errorf("%s: %w", path, errNotRoot))
	}
	return nil
}

// Pass hands frames through between a caller's pipes and the socket until one side ends.
func Pass(socket *net.UnixConn, stdin io.Reader, stdout io.Writer) {
	ended := make(chan struct{}, 2)
	go func() {
		_, _ = io.Copy(socket, stdin) // the end of either side is the end of both
		ended <- struct{}{}
	}()
	go func() {
		_, _ = io.Copy(stdout, socket)
		ended <- struct{}{}
	}()
	<-ended
	socket.Close()
}
