package dhcp

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

// Pauses between two requests of one phase: they double from the first to the last. RFC 2131, 4.4.5 allows to ask less
// often than once a minute; a server that restarts is back within seconds.
const (
	firstPause = time.Second
	lastPause  = time.Minute
)

// keeper is BOUND → RENEWING → REBINDING (RFC 2131, 4.4.5).
type keeper struct {
	request Request
	clock   clock
	renewed func(Lease)
	open    func() (link, error)
}

func (k keeper) run(ctx context.Context, lease Lease) error {
	since := k.clock.Now()
	for {
		select {
		case <-ctx.Done():
			k.release(lease)
			return nil
		case <-k.clock.After(since.Add(lease.Renew).Sub(k.clock.Now())):
		}
		next, sent, err := k.prolong(ctx, lease, since)
		if ctx.Err() != nil {
			k.release(lease)
			return nil
		}
		if err != nil {
			return err
		}
		lease, since = next, sent
		k.renewed(lease)
	}
}

// prolong asks the server from T1 on, everybody from T2 on, and gives up when the lease ends. It returns the new lease and
// when the request for it was sent.
func (k keeper) prolong(ctx context.Context, lease Lease, since time.Time) (Lease, time.Time, error) {
	id, err := newTransaction()
	if err != nil {
		return Lease{}, time.Time{}, err
	}
	l, err := k.open()
	if err != nil {
		return Lease{}, time.Time{}, err
	}
	defer l.Close()

	begun := k.clock.Now()
	expiry := k.clock.After(since.Add(lease.Duration).Sub(begun))
	rebind := k.clock.After(since.Add(lease.Rebind).Sub(begun))
	target, pause := destination{address: lease.Server, mac: lease.ServerMAC}, firstPause
	for {
		sent := k.clock.Now()
		err := l.Send(prolongs(k.request, id, sent.Sub(begun), lease.Address), lease.Address, target)
		if err != nil && !isPassing(err) {
			return Lease{}, sent, err
		}
		again := k.clock.After(pause)
		for waiting := true; waiting; {
			select {
			case <-ctx.Done():
				return Lease{}, sent, ctx.Err()
			case <-expiry:
				return Lease{}, sent, ErrExpired
			case <-rebind:
				target, pause, rebind, waiting = everybody, firstPause, nil, false
			case <-again:
				pause, waiting = min(pause*2, lastPause), false
			case got, open := <-l.Answers():
				if !open {
					return Lease{}, sent, fmt.Errorf("listen for DHCP answers: %w", net.ErrClosed)
				}
				next, err := k.take(id, got, lease, rebind == nil)
				if err != nil {
					return Lease{}, sent, err
				}
				if next != nil {
					return *next, sent, nil
				}
			}
		}
	}
}

// take looks at one answer to a renewal (from our server alone) or to a rebinding (an ACK from any server; a NAK from ours
// alone, so that a rogue cannot take the address away).
func (k keeper) take(id dhcpv4.TransactionID, got answer, lease Lease, rebinding bool) (*Lease, error) {
	v, ok := judge(k.request, id, got)
	if !ok {
		return nil, nil
	}
	isOurs := v.isFrom(destination{address: lease.Server, mac: lease.ServerMAC})
	switch {
	case v.kind == dhcpv4.MessageTypeNak && isOurs:
		return nil, ErrRefused
	case v.kind == dhcpv4.MessageTypeAck && v.address == lease.Address && (isOurs || rebinding):
		next := v.lease()
		return &next, nil
	default:
		return nil, nil
	}
}

// release tells the server that the address is free. Nobody answers; whether it arrives does not matter.
func (k keeper) release(lease Lease) {
	id, err := newTransaction()
	if err != nil {
		return
	}
	l, err := k.open()
	if err != nil {
		return
	}
	defer l.Close()
	_ = l.Send(releases(k.request, id, lease), lease.Address, destination{address: lease.Server, mac: lease.ServerMAC})
}
