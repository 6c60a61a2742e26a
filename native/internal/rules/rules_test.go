package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"testing"

	"anslut/native/internal/ipc"
)

var (
	office = Surroundings{
		Locals: []Local{{netip.MustParsePrefix("192.168.1.0/24"), "eth0"}, {netip.MustParsePrefix("10.20.0.0/16"), "wlan0"}},
		Keep:   addrs("192.168.1.1", "172.16.9.9", "100.99.0.1"),
	}
	slice = sliceOf("10.77.0.0/20", "10.77.0.17", "10.77.0.1")
)

func addrs(texts ...string) []netip.Addr {
	list := make([]netip.Addr, len(texts))
	for index, text := range texts {
		list[index] = netip.MustParseAddr(text)
	}
	return list
}

func sliceOf(network, address, gateway string) ipc.Slice {
	return ipc.Slice{
		Network: netip.MustParsePrefix(network), Address: netip.MustParseAddr(address), Gateway: netip.MustParseAddr(gateway),
	}
}

func TestRoutesAreJudged(t *testing.T) {
	policy := Ranges{Also: prefixes("203.0.113.0/24"), Never: prefixes("172.20.0.0/16")}
	for _, test := range []struct {
		network string
		want    ipc.Cause
	}{
		{"192.168.0.0/24", ""},
		{"10.0.0.0/16", ""},
		{"10.1.2.3/32", ""},
		{"100.64.3.0/24", ""},
		{"203.0.113.128/25", ""},
		{"0.0.0.0/0", ipc.CauseRouteRefused},
		{"0.0.0.0/1", ipc.CauseRouteRefused},
		{"128.0.0.0/1", ipc.CauseRouteRefused},
		{"8.8.8.0/24", ipc.CauseRouteRefused},
		{"192.0.0.0/8", ipc.CauseRouteRefused},
		{"203.0.112.0/23", ipc.CauseRouteRefused},
		{"192.168.0.1/24", ipc.CauseRouteRefused},
		{"127.0.0.0/8", ipc.CauseRouteRefused},
		{"127.0.0.1/32", ipc.CauseRouteRefused},
		{"169.254.0.0/16", ipc.CauseRouteRefused},
		{"224.0.0.0/4", ipc.CauseRouteRefused},
		{"255.255.255.255/32", ipc.CauseRouteRefused},
		{"192.168.1.0/24", ipc.CauseOverlap},
		{"192.168.1.64/26", ipc.CauseOverlap},
		{"192.168.0.0/16", ipc.CauseOverlap},
		{"10.20.30.0/24", ipc.CauseOverlap},
		{"10.0.0.0/8", ipc.CauseOverlap},
		{"10.77.0.0/20", ipc.CauseOverlap},
		{"10.77.4.0/24", ipc.CauseOverlap},
		{"172.16.9.0/24", ipc.CauseRouteRefused},
		{"100.64.0.0/10", ipc.CauseRouteRefused},
		{"172.20.5.0/24", ipc.CausePolicyForbids},
		{"172.16.0.0/12", ipc.CausePolicyForbids},
		{"fd00::/8", ipc.CauseRouteRefused},
	} {
		failure := CheckRoute(netip.MustParsePrefix(test.network), slice, office, policy)
		if got := causeOf(failure); got != test.want {
			t.Errorf("%s: got %q, want %q (%v)", test.network, got, test.want, failure)
		}
	}
}

func TestAPolicyOpensNoLoopback(t *testing.T) {
	all := Ranges{Also: prefixes("0.0.0.0/0")}
	for _, network := range []string{"127.0.0.0/8", "169.254.1.0/24", "0.0.0.0/0", "224.0.0.0/8"} {
		if CheckNetwork(netip.MustParsePrefix(network), all) == nil {
			t.Errorf("%s was taken", network)
		}
	}
	if failure := CheckNetwork(netip.MustParsePrefix("8.8.8.0/24"), all); failure != nil {
		t.Errorf("what the policy allows was refused: %v", failure)
	}
}

func TestSlicesAreJudged(t *testing.T) {
	for _, test := range []struct {
		name  string
		slice ipc.Slice
		good  bool
	}{
		{"a usual one", slice, true},
		{"a netmask that would capture all private addresses", sliceOf("10.0.0.0/8", "10.0.0.2", "10.0.0.1"), false},
		{"a public one", sliceOf("8.8.0.0/20", "8.8.0.2", "8.8.0.1"), false},
		{"an address outside", sliceOf("10.77.0.0/20", "10.78.0.17", "10.77.0.1"), false},
		{"a gateway outside", sliceOf("10.77.0.0/20", "10.77.0.17", "192.168.1.1"), false},
		{"the network's own address", sliceOf("10.77.0.0/20", "10.77.0.0", "10.77.0.1"), false},
		{"the broadcast address", sliceOf("10.77.0.0/20", "10.77.15.255", "10.77.0.1"), false},
		{"one address for both", sliceOf("10.77.0.0/20", "10.77.0.1", "10.77.0.1"), false},
		{"host bits", sliceOf("10.77.0.1/20", "10.77.0.17", "10.77.0.2"), false},
		{"no room", sliceOf("10.77.0.0/31", "10.77.0.0", "10.77.0.1"), false},
	} {
		if failure := CheckSlice(test.slice, Ranges{}); (failure == nil) != test.good {
			t.Errorf("%s: %v", test.name, failure)
		}
	}
}

func TestTheFirstSliceThatOverlapsNothingLocalIsTaken(t *testing.T) {
	free, taken := slice, sliceOf("10.20.16.0/20", "10.20.16.17", "10.20.16.1")
	for _, test := range []struct {
		slices []ipc.Slice
		want   int
		cause  ipc.Cause
	}{
		{[]ipc.Slice{free, taken}, 0, ""},
		{[]ipc.Slice{taken, free}, 1, ""},
		{[]ipc.Slice{taken}, 0, ipc.CauseAccountOverlap},
		{[]ipc.Slice{taken, taken}, 0, ipc.CauseAccountOverlap},
	} {
		index, failure := ChooseSlice(test.slices, office)
		if index != test.want || causeOf(failure) != test.cause {
			t.Errorf("%v: got %d, %v", test.slices, index, failure)
		}
	}
}

func TestAPolicyFixesServersAndAuthorities(t *testing.T) {
	der := []byte("an authority")
	digest := sha256.Sum256(der)
	policy := &ipc.Policy{Tunnel: ipc.PolicyTunnel{
		ServerNames: []string{"*.anslut.example", "exact.example"}, Authorities: []string{hex.EncodeToString(digest[:])},
	}}
	for _, test := range []struct {
		name string
		der  []byte
		good bool
	}{
		{"a1.anslut.example", der, true},
		{"A1.ANSLUT.example", der, true},
		{"exact.example", der, true},
		{"a.b.anslut.example", der, false},
		{"anslut.example", der, false},
		{".anslut.example", der, false},
		{"evil.example", der, false},
		{"exact.example", []byte("another"), false},
	} {
		if failure := CheckServer(test.name, test.der, policy); (failure == nil) != test.good {
			t.Errorf("%s: %v", test.name, failure)
		}
	}
	policy.Tunnel.ServerNames = []string{}
	if CheckServer("exact.example", der, policy) == nil {
		t.Error("an empty list must let nothing pass")
	}
	if failure := CheckServer("any", nil, nil); failure != nil {
		t.Errorf("without a policy: %v", failure)
	}
}

func causeOf(failure *ipc.Failure) ipc.Cause {
	if failure == nil {
		return ""
	}
	return failure.Cause
}
