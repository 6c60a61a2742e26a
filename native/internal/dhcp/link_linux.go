package dhcp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"golang.org/x/sys/unix"
)

// onlyDHCP lets unfragmented IPv4/UDP packets to port 68 through, so that the kernel does not copy the whole traffic of a
// tunnel to us while a renewal waits for its answer. On a SOCK_DGRAM packet socket offset 0 is the IP header.
var onlyDHCP = []unix.SockFilter{
	{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: 9},
	{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 6, K: protocolUDP},
	{Code: unix.BPF_LD | unix.BPF_H | unix.BPF_ABS, K: 6},
	{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, Jt: 4, K: 0x3fff},
	{Code: unix.BPF_LDX | unix.BPF_B | unix.BPF_MSH, K: 0},
	{Code: unix.BPF_LD | unix.BPF_H | unix.BPF_IND, K: 2},
	{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: clientPort},
	{Code: unix.BPF_RET | unix.BPF_K, K: maxPacketBytes},
	{Code: unix.BPF_RET | unix.BPF_K, K: 0},
}

// packetLink is an AF_PACKET socket on one adapter.
type packetLink struct {
	index   int
	socket  *os.File
	raw     syscall.RawConn
	answers chan answer
	closing chan struct{}
	once    sync.Once
}

func openLink(name string, mac net.HardwareAddr) (link, error) {
	adapter, err := net.InterfaceByName(name)
	if err != nil {
		return nil, fmt.Errorf("find adapter %s: %w", name, err)
	}
	if !bytes.Equal(adapter.HardwareAddr, mac) {
		return nil, fmt.Errorf("adapter %s has the hardware address %s instead of %s", name, adapter.HardwareAddr, mac)
	}
	// Protocol 0: nothing is received before filter and adapter are set.
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open packet socket: %w", err)
	}
	socket := os.NewFile(uintptr(fd), "packet:"+name)
	filter := unix.SockFprog{Len: uint16(len(onlyDHCP)), Filter: &onlyDHCP[0]}
	if err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &filter); err != nil {
		socket.Close()
		return nil, fmt.Errorf("filter packets of %s: %w", name, err)
	}
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: bigEndian(unix.ETH_P_IP), Ifindex: adapter.Index}); err != nil {
		socket.Close()
		return nil, fmt.Errorf("bind packet socket to %s: %w", name, err)
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		socket.Close()
		return nil, fmt.Errorf("wait for packets of %s: %w", name, err)
	}
	l := &packetLink{index: adapter.Index, socket: socket, raw: raw, answers: make(chan answer), closing: make(chan struct{})}
	go l.receive()
	return l, nil
}

func (l *packetLink) Answers() <-chan answer { return l.answers }

func (l *packetLink) Close() {
	l.once.Do(func() {
		close(l.closing)
		l.socket.Close()
	})
}

func (l *packetLink) Send(message *dhcpv4.DHCPv4, source netip.Addr, to destination) error {
	packet := packUDP(source, to.address, message.ToBytes())
	address := &unix.SockaddrLinklayer{Protocol: bigEndian(unix.ETH_P_IP), Ifindex: l.index, Halen: 6}
	copy(address.Addr[:], to.mac)
	var sendErr error
	err := l.raw.Write(func(fd uintptr) bool {
		sendErr = unix.Sendto(int(fd), packet, 0, address)
		return sendErr != unix.EAGAIN
	})
	if err == nil {
		err = sendErr
	}
	if err != nil {
		return fmt.Errorf("send DHCP %s: %w", message.MessageType(), err)
	}
	return nil
}

func (l *packetLink) receive() {
	defer close(l.answers)
	buffer := make([]byte, maxPacketBytes)
	for {
		length, from, err := l.read(buffer)
		if err == unix.ENETDOWN || err == unix.EINTR {
			continue // told once when the adapter goes down; it may come up again
		}
		if err != nil {
			return
		}
		sender, isPacket := from.(*unix.SockaddrLinklayer)
		if !isPacket || sender.Halen != 6 || (sender.Pkttype != unix.PACKET_HOST && sender.Pkttype != unix.PACKET_BROADCAST) {
			continue
		}
		message, ok := decode(buffer[:length])
		if !ok {
			continue
		}
		select {
		case l.answers <- answer{message: message, from: bytes.Clone(sender.Addr[:6])}:
		case <-l.closing:
			return
		}
	}
}

func (l *packetLink) read(buffer []byte) (int, unix.Sockaddr, error) {
	var (
		length  int
		from    unix.Sockaddr
		readErr error
	)
	err := l.raw.Read(func(fd uintptr) bool {
		length, from, readErr = unix.Recvfrom(int(fd), buffer, 0)
		return readErr != unix.EAGAIN
	})
	if err != nil {
		return 0, nil, err
	}
	return length, from, readErr
}

// bigEndian turns a protocol number into the byte order that packet(7) wants in memory.
func bigEndian(protocol uint16) uint16 {
	return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, protocol))
}
