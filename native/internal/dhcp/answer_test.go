package dhcp

import (
	"bytes"
	"net"
	"testing"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

func TestLeaseTimesAreBounded(t *testing.T) {
	const day = 24 * time.Hour
	cases := map[string]struct {
		seconds, renew, rebind uint32
		want                   times
	}{
		"as the RFC says":     {3600, 0, 0, times{3600 * time.Second, 1800 * time.Second, 3150 * time.Second}},
		"zero":                {0, 0, 0, times{10 * time.Second, 5 * time.Second, 8750 * time.Millisecond}},
		"for ever":            {0xffffffff, 0, 0, times{30 * day, 15 * day, 30 * day / 8 * 7}},
		"T1 and T2 named":     {120, 30, 90, times{120 * time.Second, 30 * time.Second, 90 * time.Second}},
		"T1 behind T2":        {120, 100, 90, times{120 * time.Second, 60 * time.Second, 90 * time.Second}},
		"T2 behind the end":   {120, 30, 500, times{120 * time.Second, 30 * time.Second, 105 * time.Second}},
		"T1 without a pause":  {120, 1, 90, times{120 * time.Second, 60 * time.Second, 90 * time.Second}},
		"T2 before any T1":    {120, 1, 2, times{120 * time.Second, 60 * time.Second, 105 * time.Second}},
		"T2 just after start": {3600, 0, 6, times{3600 * time.Second, 5 * time.Second, 6 * time.Second}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m, err := dhcpv4.New(dhcpv4.WithLeaseTime(c.seconds))
			if err != nil {
				t.Fatal(err)
			}
			if c.renew > 0 {
				m.UpdateOption(dhcpv4.OptRenewTimeValue(time.Duration(c.renew) * time.Second))
			}
			if c.rebind > 0 {
				m.UpdateOption(dhcpv4.OptRebindingTimeValue(time.Duration(c.rebind) * time.Second))
			}
			if got := boundTimes(m); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestPacketsSurviveTheWayThereAndBack(t *testing.T) {
	packet := packUDP(wanted, serverID, []byte("hello!!"))
	if sum(0, packet[:ipHeaderBytes]) != 0xffff {
		t.Error("the header's checksum is wrong")
	}
	pseudo := sum(protocolUDP+uint32(udpHeaderBytes+7), packet[12:20])
	if sum(uint32(pseudo), packet[ipHeaderBytes:]) != 0xffff {
		t.Error("the datagram's checksum is wrong")
	}
	if _, ok := unpackUDP(packet); ok {
		t.Error("a packet to a server was taken for an answer")
	}
	copy(packet[ipHeaderBytes:], []byte{0, serverPort, 0, clientPort})
	payload, ok := unpackUDP(append(packet, "trailer of a short frame"...))
	if !ok || !bytes.Equal(payload, []byte("hello!!")) {
		t.Errorf("payload %q", payload)
	}
	for length := range packet {
		if _, ok := unpackUDP(packet[:length]); ok {
			t.Errorf("%d of %d bytes were taken for a packet", length, len(packet))
		}
	}
	packet[6] = 0x20
	if _, ok := unpackUDP(packet); ok {
		t.Error("a fragment was taken for a packet")
	}
}

// FuzzAnswer: whatever comes for port 68, nothing breaks, and what is believed keeps to the bounds.
func FuzzAnswer(f *testing.F) {
	id := dhcpv4.TransactionID{1, 2, 3, 4}
	m := sentMessage{DHCPv4: discover(ask, id, 0)}
	for _, a := range []answer{
		reply(m, dhcpv4.MessageTypeOffer, wanted, serverID, serverMAC),
		reply(m, dhcpv4.MessageTypeAck, wanted, serverID, serverMAC, rapid),
		reply(m, dhcpv4.MessageTypeNak, unspecified, serverID, serverMAC),
		reply(m, dhcpv4.MessageTypeAck, wanted, serverID, serverMAC, func(m *dhcpv4.DHCPv4) {
			m.UpdateOption(dhcpv4.OptIPAddressLeaseTime(0))
			m.UpdateOption(dhcpv4.OptRenewTimeValue(0))
			m.UpdateOption(dhcpv4.OptClasslessStaticRoute(&dhcpv4.Route{Dest: &net.IPNet{IP: net.IPv4zero, Mask: net.CIDRMask(0, 32)}, Router: net.IPv4bcast}))
		}),
	} {
		packet := packUDP(serverID, wanted, a.message.ToBytes())
		copy(packet[ipHeaderBytes:], []byte{0, serverPort, 0, clientPort})
		f.Add(packet)
		f.Add(packet[:len(packet)/2])
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, packet []byte) {
		message, ok := decode(packet)
		if !ok {
			return
		}
		v, ok := judge(ask, id, answer{message: message, from: serverMAC})
		if !ok || v.kind == dhcpv4.MessageTypeNak {
			return
		}
		lease := v.lease()
		if !lease.Address.Is4() || !lease.Server.Is4() {
			t.Errorf("addresses of %+v", lease)
		}
		if lease.Duration < shortestLease || lease.Duration > longestLease || lease.Renew < shortestRenew-time.Second || lease.Renew >= lease.Rebind || lease.Rebind >= lease.Duration {
			t.Errorf("times of %+v", lease)
		}
	})
}
