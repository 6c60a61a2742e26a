package dhcp

import (
	"net"
	"net/netip"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

// link carries DHCP messages over one adapter.
type link interface {
	// Send sends one message from source (port 68) to a server (port 67).
	Send(message *dhcpv4.DHCPv4, source netip.Addr, to destination) error
	// Answers delivers what comes for port 68. It is closed when the adapter is gone or the link closed.
	Answers() <-chan answer
	Close()
}

// destination is a server, or everybody.
type destination struct {
	address netip.Addr
	mac     net.HardwareAddr
}

var everybody = destination{
	address: netip.AddrFrom4([4]byte{255, 255, 255, 255}),
	mac:     net.HardwareAddr{255, 255, 255, 255, 255, 255},
}

// answer is a well-formed message and who put it on the wire. Nothing is known yet about whether it is meant for us.
type answer struct {
	message *dhcpv4.DHCPv4
	from    net.HardwareAddr
}
