package dhcp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

const (
	// patience is how long Acquire waits for a server.
	patience = 10 * time.Second
	// rivalPatience is how long it waits for a better offer once a server has offered another address.
	rivalPatience = 3 * time.Second
	// requestTries is how often an offer is taken up before we look for another server.
	requestTries = 5
)

// resends says when a message goes out, counted from the first time. A DISCOVER sent when the tunnel is up is not lost
// (OPENVPN-FACTS, 4): this is insurance.
var resends = []time.Duration{
	0, 100 * time.Millisecond, 300 * time.Millisecond, 700 * time.Millisecond, 1500 * time.Millisecond,
	3000 * time.Millisecond, 5000 * time.Millisecond, 7500 * time.Millisecond,
}

// acquisition is one run of INIT → SELECTING → REQUESTING → BOUND (RFC 2131, 4.4).
type acquisition struct {
	request Request
	link    link
	clock   clock
	id      dhcpv4.TransactionID
	begun   time.Time

	// chosen is the server whose offer we take; nil while we look for one.
	chosen *destination
	// since is when the current message went out first, sent how often it has.
	since time.Time
	sent  int

	outside bool
	sendErr error
}

func acquire(ctx context.Context, r Request, l link, c clock) (Lease, error) {
	id, err := newTransaction()
	if err != nil {
		return Lease{}, err
	}
	a := &acquisition{request: r, link: l, clock: c, id: id, begun: c.Now()}
	a.choose(nil)
	end := c.After(patience)
	var rivalsEnd <-chan time.Time
	for {
		if err := a.sendIfDue(); err != nil {
			return Lease{}, err
		}
		select {
		case <-ctx.Done():
			return Lease{}, ctx.Err()
		case <-end:
			return Lease{}, a.failure()
		case <-rivalsEnd:
			if a.chosen == nil {
				return Lease{}, ErrOutside
			}
		case <-a.nextSend():
		case got, open := <-l.Answers():
			if !open {
				return Lease{}, fmt.Errorf("listen for DHCP answers: %w", net.ErrClosed)
			}
			lease, err := a.take(got)
			if err != nil {
				return Lease{}, err
			}
			if lease != nil {
				return *lease, nil
			}
			if a.outside && rivalsEnd == nil {
				rivalsEnd = c.After(rivalPatience)
			}
		}
	}
}

// choose turns to a server, or with nil to all of them.
func (a *acquisition) choose(server *destination) {
	a.chosen, a.since, a.sent = server, a.clock.Now(), 0
}

func (a *acquisition) sendIfDue() error {
	if a.sent >= len(resends) || a.clock.Now().Sub(a.since) < resends[a.sent] {
		return nil
	}
	if a.chosen != nil && a.sent >= requestTries {
		a.choose(nil)
	}
	a.sent++
	elapsed := a.clock.Now().Sub(a.begun)
	message := discover(a.request, a.id, elapsed)
	if a.chosen != nil {
		message = selects(a.request, a.id, elapsed, a.chosen.address)
	}
	err := a.link.Send(message, unspecified, everybody)
	if err != nil && !isPassing(err) {
		return err
	}
	a.sendErr = err
	return nil
}

// nextSend fires when the next copy is due; never, when none is left.
func (a *acquisition) nextSend() <-chan time.Time {
	if a.sent >= len(resends) {
		return nil
	}
	return a.clock.After(a.since.Add(resends[a.sent]).Sub(a.clock.Now()))
}

// take looks at one answer: a lease, an error, or neither when we go on waiting.
func (a *acquisition) take(got answer) (*Lease, error) {
	v, ok := judge(a.request, a.id, got)
	if !ok {
		return nil, nil
	}
	if a.chosen == nil {
		return a.takeOffer(v), nil
	}
	if !v.isFrom(*a.chosen) {
		return nil, nil // a rival that we did not choose, or one that speaks in the chosen server's name
	}
	switch {
	case v.kind == dhcpv4.MessageTypeNak:
		return nil, ErrRefused
	case v.kind == dhcpv4.MessageTypeAck && v.address == a.request.Wanted:
		lease := v.lease()
		return &lease, nil
	case v.kind == dhcpv4.MessageTypeAck:
		return nil, ErrOutside
	default:
		return nil, nil
	}
}

func (a *acquisition) takeOffer(v verdict) *Lease {
	isCommitted := v.kind == dhcpv4.MessageTypeAck && v.rapid
	isOffered := v.kind == dhcpv4.MessageTypeOffer
	if !isCommitted && !isOffered {
		return nil
	}
	if v.address != a.request.Wanted {
		a.outside = true
		return nil
	}
	if isCommitted {
		lease := v.lease()
		return &lease
	}
	a.choose(&v.server)
	return nil
}

func (a *acquisition) failure() error {
	switch {
	case a.outside:
		return ErrOutside
	case a.sendErr != nil:
		return fmt.Errorf("%w: %w", ErrNoAnswer, a.sendErr)
	default:
		return ErrNoAnswer
	}
}

// isPassing says whether sending may work a moment later: the adapter is not up yet, or its queue is full.
func isPassing(err error) bool {
	return errors.Is(err, syscall.ENETDOWN) || errors.Is(err, syscall.ENOBUFS) || errors.Is(err, syscall.EAGAIN)
}
