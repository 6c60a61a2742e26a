package dhcp

import (
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

var (
	wanted   = netip.MustParseAddr("10.77.0.17")
	other    = netip.MustParseAddr("10.66.0.5")
	ourMAC   = net.HardwareAddr{0x02, 0xa5, 0, 0, 0, 0x11}
	serverID = netip.MustParseAddr("10.77.0.1")
	rogueID  = netip.MustParseAddr("10.66.0.1")

	serverMAC = net.HardwareAddr{0x02, 0, 0, 0, 0, 1}
	rogueMAC  = net.HardwareAddr{0x02, 0, 0, 0, 0, 2}

	ask = Request{Interface: "c0", MAC: ourMAC, Wanted: wanted, VendorClass: "anslut-1"}
)

// sentMessage is what a client put on the fake wire, and when (since the wire was made).
type sentMessage struct {
	*dhcpv4.DHCPv4
	source netip.Addr
	to     destination
	after  time.Duration
}

// fakeLink is a wire whose far side is a function: what it returns is answered at once.
type fakeLink struct {
	begun   time.Time
	respond func(m sentMessage) []answer
	answers chan answer
	once    sync.Once
	fail    error

	mutex sync.Mutex
	sent  []sentMessage
}

func newFakeLink(respond func(m sentMessage) []answer) *fakeLink {
	return &fakeLink{begun: time.Now(), respond: respond, answers: make(chan answer, 64)}
}

func (l *fakeLink) Send(m *dhcpv4.DHCPv4, source netip.Addr, to destination) error {
	if l.fail != nil {
		return l.fail
	}
	// Over the wire and back, so that a test sees what a server would see.
	copied, err := dhcpv4.FromBytes(m.ToBytes())
	if err != nil {
		return err
	}
	sent := sentMessage{DHCPv4: copied, source: source, to: to, after: time.Since(l.begun)}
	l.mutex.Lock()
	l.sent = append(l.sent, sent)
	l.mutex.Unlock()
	for _, a := range l.respond(sent) {
		l.answers <- a
	}
	return nil
}

func (l *fakeLink) Answers() <-chan answer { return l.answers }
func (l *fakeLink) Close()                 {}

func (l *fakeLink) messages() []sentMessage {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return append([]sentMessage(nil), l.sent...)
}

func silence(sentMessage) []answer { return nil }

// reply makes a server's answer to m; change alters it before it goes out.
func reply(m sentMessage, kind dhcpv4.MessageType, address, server netip.Addr, from net.HardwareAddr, change ...func(*dhcpv4.DHCPv4)) answer {
	r, err := dhcpv4.NewReplyFromRequest(m.DHCPv4, dhcpv4.WithMessageType(kind), dhcpv4.WithYourIP(address.AsSlice()),
		dhcpv4.WithOption(dhcpv4.OptServerIdentifier(server.AsSlice())), dhcpv4.WithLeaseTime(3600),
		// What a hostile server would like us to take.
		dhcpv4.WithNetmask(net.CIDRMask(8, 32)), dhcpv4.WithRouter(server.AsSlice()), dhcpv4.WithDNS(server.AsSlice()))
	if err != nil {
		panic(err)
	}
	for _, c := range change {
		c(r)
	}
	return answer{message: r, from: from}
}

func rapid(m *dhcpv4.DHCPv4) { m.UpdateOption(dhcpv4.OptGeneric(dhcpv4.OptionRapidCommit, nil)) }

// honest offers and acknowledges the wanted address, without rapid commit.
func honest(m sentMessage) []answer {
	switch m.MessageType() {
	case dhcpv4.MessageTypeDiscover:
		return []answer{reply(m, dhcpv4.MessageTypeOffer, wanted, serverID, serverMAC)}
	case dhcpv4.MessageTypeRequest:
		return []answer{reply(m, dhcpv4.MessageTypeAck, wanted, serverID, serverMAC)}
	default:
		return nil
	}
}

func expectTimes(t *testing.T, messages []sentMessage, want ...time.Duration) {
	t.Helper()
	if len(messages) != len(want) {
		t.Fatalf("%d messages sent, want %d", len(messages), len(want))
	}
	for i, m := range messages {
		if m.after != want[i] {
			t.Errorf("message %d sent after %v, want %v", i, m.after, want[i])
		}
	}
}
