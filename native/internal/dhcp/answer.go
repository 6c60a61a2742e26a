package dhcp

import (
	"bytes"
	"net/netip"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

const (
	// shortestLease keeps a server from making us ask without pause, longestLease from giving an address for ever.
	shortestLease = 10 * time.Second
	longestLease  = 30 * 24 * time.Hour
	// shortestRenew bounds how often a server can make us renew.
	shortestRenew = 5 * time.Second
)

// decode reads a packet that came for port 68.
func decode(packet []byte) (*dhcpv4.DHCPv4, bool) {
	payload, ok := unpackUDP(packet)
	if !ok {
		return nil, false
	}
	message, err := dhcpv4.FromBytes(payload)
	if err != nil {
		return nil, false
	}
	return message, true
}

// verdict is what an answer to one transaction of ours says.
type verdict struct {
	kind    dhcpv4.MessageType
	address netip.Addr
	server  destination
	// rapid: the ACK answers a DISCOVER (RFC 4039).
	rapid bool
	times times
}

type times struct{ duration, renew, rebind time.Duration }

// judge returns what the answer says, or false where it is not for this transaction, not for this adapter, or not whole.
func judge(r Request, id dhcpv4.TransactionID, a answer) (verdict, bool) {
	m := a.message
	if m.OpCode != dhcpv4.OpcodeBootReply || m.TransactionID != id || !bytes.Equal(m.ClientHWAddr, r.MAC) {
		return verdict{}, false
	}
	server, ok := netip.AddrFromSlice(m.ServerIdentifier().To4())
	if !ok || server.IsUnspecified() || server.IsMulticast() || server == everybody.address {
		return verdict{}, false
	}
	v := verdict{
		kind:   m.MessageType(),
		server: destination{address: server, mac: a.from},
		rapid:  m.Options.Has(dhcpv4.OptionRapidCommit),
	}
	switch v.kind {
	case dhcpv4.MessageTypeNak:
		return v, true
	case dhcpv4.MessageTypeOffer, dhcpv4.MessageTypeAck:
		v.address, ok = netip.AddrFromSlice(m.YourIPAddr.To4())
		if !ok || v.address.IsUnspecified() {
			return verdict{}, false
		}
		v.times = boundTimes(m)
		return v, true
	default:
		return verdict{}, false
	}
}

// boundTimes reads options 51, 58 and 59. What is missing or absurd is replaced by what RFC 2131, 4.4.5 says.
func boundTimes(m *dhcpv4.DHCPv4) times {
	t := times{duration: min(max(m.IPAddressLeaseTime(0), shortestLease), longestLease)}
	t.rebind = m.IPAddressRebindingTime(0)
	if t.rebind <= shortestRenew || t.rebind >= t.duration {
		t.rebind = t.duration / 8 * 7
	}
	t.renew = m.IPAddressRenewalTime(0)
	if t.renew < shortestRenew || t.renew >= t.rebind {
		t.renew = min(t.duration/2, t.rebind-time.Second)
	}
	return t
}

func (v verdict) lease() Lease {
	return Lease{
		Address: v.address, Server: v.server.address, ServerMAC: v.server.mac,
		Duration: v.times.duration, Renew: v.times.renew, Rebind: v.times.rebind,
	}
}

// isFrom says whether the same machine speaks as before: server identifier and hardware address.
func (v verdict) isFrom(server destination) bool {
	return v.server.address == server.address && bytes.Equal(v.server.mac, server.mac)
}
