// Package rules decides what may be routed into a tunnel. Pure: everything it judges by is handed in.
//
// The laptop trusts neither ticket, server nor DHCP: whatever they say, no route of ours may take the laptop's way to the
// portal, its own networks or the internet (CVE-2021-33526 and its kin began with a helper that believed its caller).
package rules

import (
	"fmt"
	"net/netip"

	"anslut/native/internal/ipc"
)

// Local is a network that the laptop stands in.
type Local struct {
	Network netip.Prefix
	Adapter string
}

// Surroundings are what must stay reachable besides the tunnel.
type Surroundings struct {
	Locals []Local
	// Keep are single addresses: portal endpoints and proxies, default gateways, DNS servers.
	Keep []netip.Addr
}

// Ranges are what the policy says about networks.
type Ranges struct {
	Also, Never []netip.Prefix
}

var (
	private = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
	// never is what no policy can open: this network, loopback, link-local, multicast, reserved and broadcast.
	never = prefixes("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4")
)

// shortestSlice is the largest account network that a ticket may name. Slices are /20 (contract/constants.ts); a hostile
// ticket's 10.0.0.0/8 must capture nothing.
const shortestSlice = 16

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for index, text := range texts {
		list[index] = netip.MustParsePrefix(text)
	}
	return list
}

// CheckNetwork judges a network by itself: well-formed, private or allowed by policy, not forbidden. Nil means it may be routed
// as far as the surroundings allow.
func CheckNetwork(network netip.Prefix, ranges Ranges) *ipc.Failure {
	switch {
	case !network.IsValid() || !network.Addr().Is4():
		return refuse(ipc.CauseRouteRefused, "%s is no IPv4 network", network)
	case network != network.Masked():
		return refuse(ipc.CauseRouteRefused, "%s has host bits, the network is %s", network, network.Masked())
	case network.Bits() == 0:
		return refuse(ipc.CauseRouteRefused, "%s is a default route", network)
	}
	if hit, overlaps := firstOverlap(network, never); overlaps {
		return refuse(ipc.CauseRouteRefused, "%s touches %s, which is never routed", network, hit)
	}
	if hit, overlaps := firstOverlap(network, ranges.Never); overlaps {
		return refuse(ipc.CausePolicyForbids, "%s touches %s, which the policy forbids", network, hit)
	}
	if !within(network, private) && !within(network, ranges.Also) {
		return refuse(ipc.CauseRouteRefused, "%s is outside the private ranges and what the policy allows", network)
	}
	return nil
}

// CheckRoute judges a network that shall be routed into the tunnel whose slice is given.
func CheckRoute(network netip.Prefix, slice ipc.Slice, around Surroundings, ranges Ranges) *ipc.Failure {
	if failure := CheckNetwork(network, ranges); failure != nil {
		return failure
	}
	if network.Overlaps(slice.Network) {
		return refuse(ipc.CauseOverlap, "%s touches the account's own network %s", network, slice.Network)
	}
	return checkAround(network, around)
}

// CheckSlice judges a slice of a ticket by itself.
func CheckSlice(slice ipc.Slice, ranges Ranges) *ipc.Failure {
	if failure := CheckNetwork(slice.Network, ranges); failure != nil {
		return failure
	}
	if bits := slice.Network.Bits(); bits < shortestSlice || bits > 30 {
		return refuse(ipc.CauseRouteRefused, "account network %s must have %d to 30 bits", slice.Network, shortestSlice)
	}
	for _, host := range []netip.Addr{slice.Address, slice.Gateway} {
		if !slice.Network.Contains(host) || host == slice.Network.Addr() || host == last(slice.Network) {
			return refuse(ipc.CauseRouteRefused, "%s is no host of the account network %s", host, slice.Network)
		}
	}
	if slice.Address == slice.Gateway {
		return refuse(ipc.CauseRouteRefused, "%s is both our address and the gateway", slice.Address)
	}
	return nil
}

// ChooseSlice gives the index of the first slice that overlaps nothing local.
func ChooseSlice(slices []ipc.Slice, around Surroundings) (int, *ipc.Failure) {
	var failure *ipc.Failure
	for index, slice := range slices {
		if failure = checkAround(slice.Network, around); failure == nil {
			return index, nil
		}
	}
	return 0, &ipc.Failure{Cause: ipc.CauseAccountOverlap, Detail: failure.Detail}
}

func checkAround(network netip.Prefix, around Surroundings) *ipc.Failure {
	for _, local := range around.Locals {
		if network.Overlaps(local.Network) {
			return refuse(ipc.CauseOverlap, "%s touches the local network %s on %s", network, local.Network, local.Adapter)
		}
	}
	for _, address := range around.Keep {
		if network.Contains(address.Unmap()) {
			return refuse(ipc.CauseRouteRefused, "%s covers %s, which must stay reachable outside the tunnel", network, address)
		}
	}
	return nil
}

func refuse(cause ipc.Cause, format string, values ...any) *ipc.Failure {
	return &ipc.Failure{Cause: cause, Detail: fmt.Sprintf(format, values...)}
}

func firstOverlap(network netip.Prefix, list []netip.Prefix) (netip.Prefix, bool) {
	for _, candidate := range list {
		if network.Overlaps(candidate) {
			return candidate, true
		}
	}
	return netip.Prefix{}, false
}

func within(network netip.Prefix, list []netip.Prefix) bool {
	for _, candidate := range list {
		if candidate.Bits() <= network.Bits() && candidate.Contains(network.Addr()) {
			return true
		}
	}
	return false
}

func last(network netip.Prefix) netip.Addr {
	address := network.Addr().As4()
	for bit := network.Bits(); bit < 32; bit++ {
		address[bit/8] |= 0x80 >> (bit % 8)
	}
	return netip.AddrFrom4(address)
}
