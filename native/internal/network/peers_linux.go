package network

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// Peers gives the addresses outside this computer that TCP sockets of a uid are connected to, as the kernel has them: the
// portal or the proxy that the relay really uses, whatever name or answer of a DNS server led there.
func Peers(uid uint32) ([]netip.Addr, error) {
	var peers []netip.Addr
	for _, name := range []string{"tcp", "tcp6"} {
		body, err := os.ReadFile("/proc/thread-self/net/" + name)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the sockets of uid %d: %w", uid, err)
		}
		peers = append(peers, peersIn(string(body), uid)...)
	}
	return peers, nil
}

// peersIn reads the table of /proc/net/tcp (proc_pid_net(5)): field 2 is the peer, 7 the uid.
func peersIn(table string, uid uint32) []netip.Addr {
	var peers []netip.Addr
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 8 || fields[7] != strconv.FormatUint(uint64(uid), 10) {
			continue
		}
		address, port, _ := strings.Cut(fields[2], ":")
		peer, ok := kernelAddress(address)
		if ok && port != "0000" && !peer.IsLoopback() && !peer.IsUnspecified() {
			peers = append(peers, peer)
		}
	}
	return peers
}

// kernelAddress reads an address as the kernel prints it: words of four bytes in the host's own order.
func kernelAddress(text string) (netip.Addr, bool) {
	words, err := hex.DecodeString(text)
	if err != nil || len(words)%4 != 0 {
		return netip.Addr{}, false
	}
	for at := 0; at < len(words); at += 4 {
		binary.NativeEndian.PutUint32(words[at:], binary.BigEndian.Uint32(words[at:]))
	}
	address, ok := netip.AddrFromSlice(words)
	return address.Unmap(), ok
}
