// Package dhcp gets and keeps the one address that a ticket names, on a TAP that nothing else uses.
//
// It is no general DHCP client. It knows beforehand which address must come ([Request.Wanted]) and takes no other; of an
// answer it uses the address, the server and the times, never the mask, a router, name servers or static routes, because
// a hostile server must be able to capture nothing (shared/SECURITY.md, helper 6). It is quick: DISCOVER with rapid commit
// (RFC 4039) costs one round trip, and a lost packet 100 ms instead of the usual 3 s.
//
// Packets go and come through an AF_PACKET socket that is open only while an answer is awaited: answers come unicast to
// our MAC before the address stands on the adapter, no port of the laptop is taken (another DHCP client may hold port 68),
// and no packet filter of the laptop stands in the way.
//
// README.md says which dnsmasq options the far side needs.
package dhcp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"
)

var (
	// ErrNoAnswer: no server has answered within 10 s.
	ErrNoAnswer = errors.New("no DHCP server has answered")
	// ErrOutside: servers have answered, none with the wanted address.
	ErrOutside = errors.New("the DHCP server offers another address")
	// ErrRefused: the server has answered NAK.
	ErrRefused = errors.New("the DHCP server refuses the address")
	// ErrExpired: the lease has ended and no server has prolonged it.
	ErrExpired = errors.New("the DHCP lease has expired")
)

// Request says for which adapter which address is wanted.
type Request struct {
	// Interface is the adapter's name. It must be up.
	Interface string
	// MAC is the adapter's own hardware address.
	MAC net.HardwareAddr
	// Wanted is the only address that is accepted.
	Wanted netip.Addr
	// VendorClass goes into option 60; it tells the server which slice we mean.
	VendorClass string
}

// Lease is an address and how long it is ours. The times count from the request that the server has answered.
type Lease struct {
	Address   netip.Addr
	Server    netip.Addr
	ServerMAC net.HardwareAddr
	// Duration lies between 10 s and 30 days whatever the server said; Renew < Rebind < Duration.
	Duration, Renew, Rebind time.Duration
}

// Acquire asks for the wanted address until it has it, at most 10 s.
//
// Errors: [ErrNoAnswer], [ErrOutside], [ErrRefused], the context's, or the system's about the adapter.
func Acquire(ctx context.Context, r Request) (Lease, error) {
	if err := r.check(); err != nil {
		return Lease{}, err
	}
	link, err := openLink(r.Interface, r.MAC)
	if err != nil {
		return Lease{}, err
	}
	// The kernel waits for all processors before a packet socket is closed, 10 ms and more: nobody needs to wait with it.
	defer func() { go link.Close() }()
	return acquire(ctx, r, link, systemClock{})
}

// Keep prolongs the lease until the context ends; then it gives the address back (RELEASE) and returns nil. The lease's
// times count from the call. After each success it calls renewed with the new lease, on its own goroutine.
//
// Errors: [ErrRefused], [ErrExpired], or the system's about the adapter. After an error the address must not be used any more.
func Keep(ctx context.Context, r Request, lease Lease, renewed func(Lease)) error {
	if err := r.check(); err != nil {
		return err
	}
	k := keeper{request: r, clock: systemClock{}, renewed: renewed, open: func() (link, error) { return openLink(r.Interface, r.MAC) }}
	return k.run(ctx, lease)
}

func (r Request) check() error {
	if len(r.MAC) != 6 {
		return fmt.Errorf("dhcp: hardware address of %d bytes", len(r.MAC))
	}
	if !r.Wanted.Is4() || r.Wanted.IsUnspecified() || r.Wanted.IsMulticast() {
		return fmt.Errorf("dhcp: %q is no address to ask for", r.Wanted)
	}
	if len(r.VendorClass) > 255 {
		return fmt.Errorf("dhcp: vendor class of %d bytes", len(r.VendorClass))
	}
	return nil
}
