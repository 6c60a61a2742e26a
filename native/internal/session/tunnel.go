package session

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"anslut/native/internal/ipc"
	"anslut/native/internal/journal"
	"anslut/native/internal/network"
	"anslut/native/internal/openvpn"
)

// tunnel is one tunnel from its request to the last thing undone. What others ask for is guarded by the manager's mutex.
type tunnel struct {
	manager *Manager
	machine Machine
	request ipc.Connect
	owner   uint32
	// caller asked for it and waits for the answer to its connect.
	caller Client
	cancel context.CancelCauseFunc
	since  time.Time
	// up is closed when the tunnel carries traffic, closed when everything of it is undone.
	up, closed chan struct{}

	// guarded by manager.mutex
	phase          ipc.Phase
	way            *int
	slice          *ipc.Slice
	networks       []netip.Prefix
	received, sent uint64
	failure        *ipc.Failure
	grace          *time.Timer

	// known to the tunnel's own goroutine
	material openvpn.Material
	policy   *ipc.Policy
	chosen   int
	relay    Relay
	// showPrepared ends the hiding that began when the ways were prepared.
	showPrepared func()
	vpn          OpenVPN

	// routes guards the journal's record and what stands in the kernel.
	routes sync.Mutex
	record journal.Record
	undone bool
	// revision names what stands and what it was judged by; 0 while nothing was asked.
	revision int64
}

func newTunnel(manager *Manager, client Client, request ipc.Connect, cancel context.CancelCauseFunc) *tunnel {
	return &tunnel{
		manager: manager, machine: manager.machine, request: request, owner: client.UID(), caller: client, cancel: cancel,
		since: time.Now(), phase: ipc.PhaseDialling, up: make(chan struct{}), closed: make(chan struct{}),
	}
}

// run is the tunnel's life.
func (tunnel *tunnel) run(ctx context.Context) {
	forget := tunnel.manager.book.Hide(secretsOf(tunnel.request)...)
	defer forget()
	tunnel.showPrepared()
	tunnel.log(ipc.LevelInfo, "dial for ticket "+tunnel.request.Ticket)
	failure := tunnel.live(ctx)
	tunnel.enter(ipc.PhaseClosing)
	if tunnel.wasUp() {
		tunnel.tell(tunnel.count(0, 0))
	}
	tunnel.undo()
	tunnel.finish(failure)
}

// secretsOf names what no line of the log may show.
func secretsOf(request ipc.Connect) []string {
	secrets := []string{request.Credentials.Password, request.Server.ClientKey}
	if request.Identity != nil {
		secrets = append(secrets, request.Identity.PrivateKey)
	}
	return append(secrets, secretsOfWays(request.Ways)...)
}

func secretsOfWays(ways []ipc.Way) (secrets []string) {
	for _, way := range ways {
		if way.Proxy != nil && way.Proxy.Credentials != nil {
			secrets = append(secrets, way.Proxy.Credentials.Password)
		}
	}
	return secrets
}

// finish gives the place free and tells who must know. A connect that was never up is answered by its refusal alone, unless
// another connection has taken it over meanwhile.
func (tunnel *tunnel) finish(failure *ipc.Failure) {
	ending := ipc.Closed{Detail: ipc.Shorten(failure.Detail, 2000)}
	level := ipc.LevelInfo
	if failure.Cause != "" {
		ending.Cause = &failure.Cause
		level = ipc.LevelWarn
	}
	tunnel.log(level, "closed: "+failure.Error())
	manager := tunnel.manager
	manager.mutex.Lock()
	defer manager.mutex.Unlock()
	tunnel.stopGrace()
	tunnel.failure = failure
	manager.tunnel = nil
	if holder := manager.audience.set(nil); holder != nil && (holder != tunnel.caller || tunnel.wasUp()) {
		holder.Notify(ending)
	}
	close(tunnel.closed)
}

// refusal answers the connect of a tunnel that was never up.
func (tunnel *tunnel) refusal() *ipc.Failure {
	tunnel.manager.mutex.Lock()
	defer tunnel.manager.mutex.Unlock()
	if tunnel.failure.Cause == "" {
		return &ipc.Failure{Cause: ipc.CauseCancelled, Detail: tunnel.failure.Detail}
	}
	return tunnel.failure
}

func (tunnel *tunnel) wasUp() bool {
	select {
	case <-tunnel.up:
		return true
	default:
		return false
	}
}

// stopGrace is called with the manager's mutex held.
func (tunnel *tunnel) stopGrace() {
	if tunnel.grace != nil {
		tunnel.grace.Stop()
		tunnel.grace = nil
	}
}

// status is called with the manager's mutex held.
func (tunnel *tunnel) status() *ipc.TunnelStatus {
	return &ipc.TunnelStatus{
		Ticket: tunnel.request.Ticket, Phase: tunnel.phase, Adapter: tunnel.machine.Adapter(), Way: tunnel.way,
		Slice: tunnel.slice, Networks: append([]netip.Prefix{}, tunnel.networks...), Since: tunnel.since,
		Received: tunnel.received, Sent: tunnel.sent,
	}
}

// count enters OpenVPN's count, which comes every other second and holds what the tunnel itself adds, or what the adapter has
// carried by now, where that is more: a short tunnel ends before it was counted.
func (tunnel *tunnel) count(received, sent uint64) ipc.Traffic {
	carriedIn, carriedOut, err := tunnel.machine.Carried()
	if err != nil {
		carriedIn, carriedOut = 0, 0 // the adapter is gone, and OpenVPN's count is all there is
	}
	tunnel.manager.mutex.Lock()
	defer tunnel.manager.mutex.Unlock()
	tunnel.received = max(tunnel.received, received, carriedIn)
	tunnel.sent = max(tunnel.sent, sent, carriedOut)
	return ipc.Traffic{Received: tunnel.received, Sent: tunnel.sent}
}

func (tunnel *tunnel) enter(phase ipc.Phase) {
	tunnel.manager.mutex.Lock()
	defer tunnel.manager.mutex.Unlock()
	tunnel.phase = phase
}

func (tunnel *tunnel) tell(happening ipc.Happening) {
	tunnel.manager.audience.tell(int64(tunnel.owner), happening)
}

func (tunnel *tunnel) log(level ipc.Level, text string) {
	tunnel.manager.book.Add(int64(tunnel.owner), level, text)
}

func (tunnel *tunnel) elapsedMs() int64 { return time.Since(tunnel.since).Milliseconds() }

func (tunnel *tunnel) kind() network.Kind {
	if _, isDHCP := tunnel.request.Addressing.(ipc.DHCP); isDHCP {
		return network.TAP
	}
	return network.TUN
}

// farewell is the failure of a tunnel that was ended from outside: no cause where that was what somebody wanted.
func farewell(ctx context.Context) *ipc.Failure {
	return &ipc.Failure{Detail: context.Cause(ctx).Error()}
}

// undo takes everything back, the newest first. The kernel takes routes, addresses and neighbours with the adapter.
func (tunnel *tunnel) undo() {
	tunnel.routes.Lock()
	defer tunnel.routes.Unlock()
	tunnel.undone = true
	if tunnel.vpn != nil {
		tunnel.vpn.Stop()
		for range tunnel.vpn.Events() {
		}
	}
	if tunnel.relay != nil {
		tunnel.relay.Stop()
		for range tunnel.relay.Reports() {
		}
	}
	if tunnel.record.Entries() == 0 {
		return
	}
	if err := tunnel.machine.RemoveAdapter(); err != nil && !errors.Is(err, network.ErrForeign) {
		// The journal keeps it for the next start.
		tunnel.log(ipc.LevelError, fmt.Sprintf("undo: %v", err))
		return
	}
	if err := tunnel.machine.Forget(); err != nil {
		tunnel.log(ipc.LevelError, fmt.Sprintf("undo: %v", err))
	}
}
