package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"
	"unsafe"
)

const (
	soOriginalDst = 80
	// patience with a caller that does not say what it wants.
	patience = 10 * time.Second
)

// tlsGate is the inspecting box of the firewall `tlsOnly`: nftables redirects port 443 to it; a connection that
// begins as a TLS ClientHello goes on to where it was meant to, any other is reset.
//
//	wire tlsgate <listen address>
func tlsGate(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: tlsgate <address:port>")
	}
	listener, err := net.Listen("tcp4", args[0])
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for {
		caller, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			if err := passOn(caller.(*net.TCPConn)); err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", caller.RemoteAddr(), err)
			}
		}()
	}
}

func passOn(caller *net.TCPConn) error {
	defer caller.Close()
	target, err := originalDestination(caller)
	if err != nil {
		return err
	}
	hello := make([]byte, 6)
	if err := caller.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := io.ReadFull(caller, hello); err != nil || !isClientHello(hello) {
		_ = caller.SetLinger(0) // close by RST, as such boxes do
		return fmt.Errorf("to %s: % x is no ClientHello, cut", target, hello)
	}
	if err := caller.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	onward, err := net.Dial("tcp4", target)
	if err != nil {
		_ = caller.SetLinger(0)
		return err
	}
	server := onward.(*net.TCPConn)
	defer server.Close()
	if _, err := server.Write(hello); err != nil {
		return err
	}
	done := make(chan struct{}, 2)
	go pump(server, caller, done)
	go pump(caller, server, done)
	<-done
	<-done
	return nil
}

// pump copies one direction and closes exactly that direction at its end.
func pump(to, from *net.TCPConn, done chan<- struct{}) {
	if _, err := io.Copy(to, from); err != nil {
		_ = to.SetLinger(0)
		_ = to.Close()
		_ = from.Close()
	}
	_ = to.CloseWrite()
	done <- struct{}{}
}

// isClientHello: handshake record (22), TLS major version 3, message type client_hello (1); RFC 8446, 5.1 and 4.
func isClientHello(b []byte) bool {
	return b[0] == 0x16 && b[1] == 0x03 && b[5] == 0x01
}

func originalDestination(c *net.TCPConn) (string, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return "", err
	}
	var address syscall.RawSockaddrInet4
	size := uint32(unsafe.Sizeof(address))
	var errno syscall.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall6(syscall.SYS_GETSOCKOPT, fd, syscall.IPPROTO_IP, soOriginalDst,
			uintptr(unsafe.Pointer(&address)), uintptr(unsafe.Pointer(&size)), 0)
	})
	if err != nil {
		return "", err
	}
	if errno != 0 {
		return "", fmt.Errorf("original destination: %w", errno)
	}
	port := (*[2]byte)(unsafe.Pointer(&address.Port))
	return fmt.Sprintf("%s:%d", net.IP(address.Addr[:]), int(port[0])<<8|int(port[1])), nil
}
