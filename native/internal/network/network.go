// Package network makes the tunnel's adapter and sets what belongs to it: addresses, routes, a neighbour. It touches nothing
// but its own adapter, and its routes carry a protocol number of their own.
package network

import (
	"errors"
	"net"
	"net/netip"
	"slices"

	"anslut/native/internal/ipc"
)

// Kind is the layer of an adapter.
type Kind string

// The kinds of an adapter.
const (
	TAP Kind = "tap"
	TUN Kind = "tun"
)

// Adapter is what is made for a tunnel.
type Adapter struct {
	Name string
	Kind Kind
	// MAC is the ticket's; nil on a TUN.
	MAC net.HardwareAddr
	// Owner is the only uid (besides root) that may open the adapter.
	Owner uint32
}

// ErrForeign says that an adapter of our name is there that is not ours.
var ErrForeign = errors.New("an adapter of this name is not ours")

// Route is one route into the tunnel: through the gateway on a TAP, straight into the device where Via is not valid.
type Route struct {
	Network netip.Prefix
	Via     netip.Addr
}

// Around is where the laptop stands.
type Around struct {
	Locals []ipc.LocalNetwork
	// Gateway is the next hop of the preferred default route, Gateways those of all.
	Gateway  *ipc.Gateway
	Gateways []netip.Addr
	// Carriers names the adapters that have a carrier: what changes when a cable is pulled.
	Carriers []string
}

// Equal tells whether a person would say that the laptop still stands where it stood.
func (around Around) Equal(other Around) bool {
	same := slices.Equal(around.Locals, other.Locals) && slices.Equal(around.Carriers, other.Carriers)
	if around.Gateway == nil || other.Gateway == nil {
		return same && around.Gateway == other.Gateway
	}
	return same && around.Gateway.Address == other.Gateway.Address && around.Gateway.Adapter == other.Gateway.Adapter
}

// Notice is what a watch saw. Several changes may be one notice.
type Notice struct {
	// Around: an address, a link or a default route that is not ours changed.
	Around bool
	// Own: our adapter or its address changed, or notices were lost; routes may be gone without a word of their own.
	Own bool
	// Gone are routes of ours that were removed, by us or by another.
	Gone []netip.Prefix
}
