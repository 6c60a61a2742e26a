// Package relay is `anslut-helper relay`: the only program on a laptop that opens connections to the outside. It runs
// without privileges, as the VPN user for OpenVPN (mode loopback) or as the person for the agent's HTTPS (mode stdio), and
// gets typed ways. The wire is in contract/relay.ts.
//
// The race needs no probe: the caller's own first bytes go down each way, and the way that answers first carries the
// connection. What the far side thinks of several connections with the same first packet is front's business.
//
// Files: race.go decides, candidate.go is one way in the race, open.go makes a connection of a way (proxy.go, challenge.go,
// digest.go, wrap.go), outcome.go names what went wrong, splice.go carries the winner.
package relay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"anslut/native/internal/ipc"
)

// Exit codes of [Main].
const (
	exitDone   = 0 // a way won, and the connection has ended
	exitFailed = 1 // no way won; `failed` says why
	exitMisuse = 2 // the start frame was none
)

// limits are the patience of a relay; tests have less of it.
type limits struct {
	connect   time.Duration // one TCP connection, or one TLS handshake
	response  time.Duration // first byte of a proxy's answer to CONNECT
	head      time.Duration // the rest of that answer
	accept    time.Duration // OpenVPN's connection, and then its first bytes
	lingering time.Duration // the caller's end, once the far side has ended
}

var usualLimits = limits{
	connect: 10 * time.Second, response: 10 * time.Second, head: 5 * time.Second,
	accept: 30 * time.Second, lingering: time.Minute,
}

// Main reads the start frame and relays one connection. It returns the process's exit code: 0 after a connection, 1 where
// no way was found (and said so), 2 where the start frame is none.
func Main(stdin io.Reader, stdout io.Writer) int {
	return run(stdin, stdout, usualLimits)
}

func run(stdin io.Reader, stdout io.Writer, patience limits) int {
	body, err := ipc.ReadFrame(stdin)
	if err != nil {
		return exitMisuse
	}
	start, err := ipc.DecodeRelayStart(body)
	if err != nil {
		_ = ipc.WriteFrame(stdout, ipc.RelayFailed{Cause: ipc.CauseBadRequest, Detail: ipc.Shorten(err.Error(), detailRunes)})
		return exitMisuse
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r := relay{
		start: start, patience: patience, open: opener{patience: patience, refusals: &refusals{}}.open,
		report: func(message ipc.RelayReport) {
			// A starter that does not listen any more has gone: nothing to do for.
			if ipc.WriteFrame(stdout, message) != nil {
				cancel()
			}
		},
	}
	if start.Mode == ipc.ModeStdio {
		return r.carry(ctx, func(context.Context) (caller, error) { return stdio{stdin, stdout}, nil }, 0)
	}
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		cancel()
	}()
	return r.loopback(ctx)
}

// relay is one run.
type relay struct {
	start    ipc.RelayStart
	patience limits
	open     func(ctx context.Context, way ipc.Way) (opened, error)
	report   func(ipc.RelayReport)
}

var errSilent = errors.New("the caller has sent nothing")

// carry races the ways for a caller and then relays between the caller and the winner. The ways are opened while the caller is
// still on its way (`meet`): OpenVPN needs 20 ms and more to begin. It waits `patience` for the caller's first bytes, with 0 until
// the caller ends.
func (r relay) carry(ctx context.Context, meet func(context.Context) (caller, error), patience time.Duration) int {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	first := newFirstBytes()
	met := make(chan caller, 1)
	go func() {
		caller, err := meet(ctx)
		if err != nil {
			cancel(err)
			return
		}
		met <- caller
		go first.collect(caller)
		if !first.begun(ctx, patience) {
			cancel(errSilent)
		}
	}()
	winner, failure := r.race(ctx, first)
	if failure != nil {
		r.report(*failure)
		return exitFailed
	}
	select {
	case caller := <-met:
		splice(ctx, caller, winner, r.patience.lingering)
		return exitDone
	case <-ctx.Done(): // a far side that speaks first may win before anybody has called
		return exitFailed
	}
}

// caller is who wants to be connected: OpenVPN on loopback, or the agent on stdin and stdout.
type caller interface {
	io.Reader
	io.Writer
	// CloseWrite tells the caller that nothing more will come.
	CloseWrite() error
}

// stdio is the caller of mode stdio.
type stdio struct {
	io.Reader
	io.Writer
}

func (s stdio) CloseWrite() error {
	if closer, canClose := s.Writer.(io.Closer); canClose {
		return closer.Close()
	}
	return nil
}

// endpoint is host:port, IPv6 in brackets.
func endpoint(host string, port int) string {
	return net.JoinHostPort(host, fmt.Sprint(port))
}
