package relay

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// isOwnPeer says whether the socket at the other end of a loopback connection belongs to our user. /proc/net/tcp
// (Documentation/networking/proc_net_tcp.rst) has a line for each end; the peer's has its address as the local one.
func isOwnPeer(conn *net.TCPConn) (bool, error) {
	peer, us := hexAddress(conn.RemoteAddr()), hexAddress(conn.LocalAddr())
	table, err := os.Open("/proc/self/net/tcp")
	if err != nil {
		return false, fmt.Errorf("look up the caller's user: %w", err)
	}
	defer table.Close()
	lines := bufio.NewScanner(table)
	for lines.Scan() {
		// sl local_address rem_address st tx:rx tr:when retrnsmt uid …
		fields := strings.Fields(lines.Text())
		if len(fields) < 8 || fields[1] != peer || fields[2] != us {
			continue
		}
		// TIME_WAIT has uid 0 whoever it was; only an established or half-closed socket still has its owner.
		if state := fields[3]; state == "06" {
			continue
		}
		uid, err := strconv.Atoi(fields[7])
		return err == nil && uid == os.Geteuid(), err
	}
	return false, lines.Err()
}

// hexAddress writes an IPv4 endpoint as /proc/net/tcp does: the address as a number in the machine's own byte order.
func hexAddress(address net.Addr) string {
	tcp, isTCP := address.(*net.TCPAddr)
	if !isTCP || tcp.IP.To4() == nil {
		return ""
	}
	return fmt.Sprintf("%08X:%04X", binary.NativeEndian.Uint32(tcp.IP.To4()), tcp.Port)
}
