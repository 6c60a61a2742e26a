package dhcp

import (
	"crypto/rand"
	"fmt"
	"net/netip"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

var unspecified = netip.IPv4Unspecified()

// newTransaction draws the number by which answers to us are known.
func newTransaction() (dhcpv4.TransactionID, error) {
	var id dhcpv4.TransactionID
	if _, err := rand.Read(id[:]); err != nil {
		return id, fmt.Errorf("draw DHCP transaction: %w", err)
	}
	return id, nil
}

// newMessage is what all our messages have in common. The broadcast flag stays off: answers then come to our MAC alone,
// and the packet socket sees them although the adapter has no address yet (RFC 2131, 4.1).
func newMessage(r Request, id dhcpv4.TransactionID, kind dhcpv4.MessageType, elapsed time.Duration) *dhcpv4.DHCPv4 {
	m := &dhcpv4.DHCPv4{
		OpCode:        dhcpv4.OpcodeBootRequest,
		HWType:        1, // Ethernet
		TransactionID: id,
		NumSeconds:    uint16(min(elapsed/time.Second, 0xffff)),
		ClientIPAddr:  unspecified.AsSlice(),
		YourIPAddr:    unspecified.AsSlice(),
		ServerIPAddr:  unspecified.AsSlice(),
		GatewayIPAddr: unspecified.AsSlice(),
		ClientHWAddr:  r.MAC,
		Options:       dhcpv4.Options{},
	}
	m.UpdateOption(dhcpv4.OptMessageType(kind))
	if r.VendorClass != "" {
		m.UpdateOption(dhcpv4.OptClassIdentifier(r.VendorClass))
	}
	return m
}

// asksForTimes: the whole parameter list. Router, name servers and routes are not even asked for.
func asksForTimes(m *dhcpv4.DHCPv4) *dhcpv4.DHCPv4 {
	m.UpdateOption(dhcpv4.OptParameterRequestList(
		dhcpv4.OptionServerIdentifier,
		dhcpv4.OptionIPAddressLeaseTime,
		dhcpv4.OptionRenewTimeValue,
		dhcpv4.OptionRebindingTimeValue,
	))
	return m
}

func discover(r Request, id dhcpv4.TransactionID, elapsed time.Duration) *dhcpv4.DHCPv4 {
	m := asksForTimes(newMessage(r, id, dhcpv4.MessageTypeDiscover, elapsed))
	m.UpdateOption(dhcpv4.OptRequestedIPAddress(r.Wanted.AsSlice()))
	m.UpdateOption(dhcpv4.OptGeneric(dhcpv4.OptionRapidCommit, nil))
	return m
}

// selects is the REQUEST that takes a server's offer.
func selects(r Request, id dhcpv4.TransactionID, elapsed time.Duration, server netip.Addr) *dhcpv4.DHCPv4 {
	m := asksForTimes(newMessage(r, id, dhcpv4.MessageTypeRequest, elapsed))
	m.UpdateOption(dhcpv4.OptRequestedIPAddress(r.Wanted.AsSlice()))
	m.UpdateOption(dhcpv4.OptServerIdentifier(server.AsSlice()))
	return m
}

// prolongs is the REQUEST of renewal and rebinding: the address is in ciaddr, options 50 and 54 must not be there
// (RFC 2131, 4.3.2).
func prolongs(r Request, id dhcpv4.TransactionID, elapsed time.Duration, address netip.Addr) *dhcpv4.DHCPv4 {
	m := asksForTimes(newMessage(r, id, dhcpv4.MessageTypeRequest, elapsed))
	m.ClientIPAddr = address.AsSlice()
	return m
}

func releases(r Request, id dhcpv4.TransactionID, lease Lease) *dhcpv4.DHCPv4 {
	m := newMessage(r, id, dhcpv4.MessageTypeRelease, 0)
	m.ClientIPAddr = lease.Address.AsSlice()
	m.UpdateOption(dhcpv4.OptServerIdentifier(lease.Server.AsSlice()))
	return m
}
