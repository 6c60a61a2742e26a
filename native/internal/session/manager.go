package session

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"anslut/native/internal/ipc"
	"anslut/native/internal/logbook"
)

// dialTimeout is how long a dial may take from the request to the address.
const dialTimeout = 30 * time.Second

var (
	errHungUp    = errors.New("hung up as asked")
	errAbandoned = errors.New("nobody came back for the tunnel")
	errStopped   = errors.New("the helper is stopping")
)

// Manager keeps the one tunnel.
type Manager struct {
	machine Machine
	book    *logbook.Logbook

	mutex   sync.Mutex
	tunnel  *tunnel
	spare   *spare
	stopped bool

	audience audience
}

// New makes a manager without a tunnel.
func New(machine Machine, book *logbook.Logbook) *Manager {
	manager := &Manager{machine: machine, book: book}
	book.Watch(func(entry logbook.Entry) {
		manager.audience.tell(entry.Owner, ipc.Log{At: entry.At, Level: entry.Level, Text: entry.Text})
	})
	return manager
}

// audience is who hears of the tunnel. It has a lock of its own, so that a line may be logged wherever one stands.
type audience struct {
	mutex  sync.Mutex
	holder Client
}

func (audience *audience) set(holder Client) (before Client) {
	audience.mutex.Lock()
	defer audience.mutex.Unlock()
	before, audience.holder = audience.holder, holder
	return before
}

func (audience *audience) get() Client {
	audience.mutex.Lock()
	defer audience.mutex.Unlock()
	return audience.holder
}

// tell notifies the holder if the matter is its user's.
func (audience *audience) tell(owner int64, happening ipc.Happening) {
	if holder := audience.get(); holder != nil && int64(holder.UID()) == owner {
		holder.Notify(happening)
	}
}

// Ownership tells whose tunnel there is, seen from a user.
func (manager *Manager) Ownership(uid uint32) ipc.Ownership {
	manager.mutex.Lock()
	defer manager.mutex.Unlock()
	switch {
	case manager.tunnel == nil:
		return ipc.TunnelNone
	case manager.tunnel.owner == uid:
		return ipc.TunnelOwn
	default:
		return ipc.TunnelForeign
	}
}

// Connect begins a tunnel and gives what waits until it is up (nil) or has failed and everything of it is undone.
func (manager *Manager) Connect(client Client, request ipc.Connect) (wait func() *ipc.Failure) {
	manager.mutex.Lock()
	defer manager.mutex.Unlock()
	if failure := manager.refuseSecond(client); failure != nil {
		return func() *ipc.Failure { return failure }
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	tunnel := newTunnel(manager, client, request, cancel)
	tunnel.relay, tunnel.showPrepared = manager.takeSpare(client, request.Ways)
	manager.tunnel = tunnel
	manager.audience.set(client)
	go tunnel.run(ctx)
	return func() *ipc.Failure {
		select {
		case <-tunnel.up:
			return nil
		case <-tunnel.closed:
			if tunnel.wasUp() { // for a moment in between: a Closed event has said how it ended
				return nil
			}
			return tunnel.refusal()
		}
	}
}

func (manager *Manager) refuseSecond(client Client) *ipc.Failure {
	switch {
	case manager.stopped:
		return ipc.Fail(ipc.CauseCancelled, errStopped)
	case manager.tunnel == nil:
		return nil
	case manager.tunnel.owner != client.UID():
		return &ipc.Failure{Cause: ipc.CauseBusy, Detail: "another user of this computer has a tunnel"}
	default:
		return &ipc.Failure{Cause: ipc.CauseBusy, Detail: "there is a tunnel of yours already: resume or disconnect"}
	}
}

// own gives the tunnel of a user, or why there is none for them.
func (manager *Manager) own(client Client) (*tunnel, *ipc.Failure) {
	switch {
	case manager.tunnel == nil:
		return nil, &ipc.Failure{Cause: ipc.CauseDialFirst, Detail: "there is no tunnel"}
	case manager.tunnel.owner != client.UID():
		return nil, &ipc.Failure{Cause: ipc.CauseBusy, Detail: "the tunnel belongs to another user of this computer"}
	}
	return manager.tunnel, nil
}

// Disconnect ends the user's tunnel and waits until all of it is undone. Without a tunnel there is nothing to do.
func (manager *Manager) Disconnect(client Client) *ipc.Failure {
	manager.mutex.Lock()
	manager.dropSpare(client)
	tunnel, failure := manager.own(client)
	manager.mutex.Unlock()
	if failure != nil {
		if failure.Cause == ipc.CauseDialFirst {
			return nil
		}
		return failure
	}
	tunnel.cancel(errHungUp)
	<-tunnel.closed
	return nil
}

// Resume gives the user's tunnel to this connection; the one that had it hears Taken.
func (manager *Manager) Resume(client Client) *ipc.Failure {
	manager.mutex.Lock()
	defer manager.mutex.Unlock()
	tunnel, failure := manager.own(client)
	if failure != nil {
		return failure
	}
	tunnel.stopGrace()
	if before := manager.audience.set(client); before != nil && before != client {
		before.Notify(ipc.Taken{})
	}
	return nil
}

// Gone says that a connection ended. A tunnel that it had stays for a while, for the same user to take it back.
func (manager *Manager) Gone(client Client) {
	manager.mutex.Lock()
	defer manager.mutex.Unlock()
	manager.dropSpare(client)
	tunnel := manager.tunnel
	if tunnel == nil || manager.audience.get() != client {
		return
	}
	manager.audience.set(nil)
	tunnel.grace = time.AfterFunc(ipc.Grace, func() { tunnel.cancel(errAbandoned) })
}

// SetRoutes makes the machine networks in the tunnel what is asked, one result per network in that order. Only the
// connection that has the tunnel may.
func (manager *Manager) SetRoutes(client Client, networks []netip.Prefix) (ipc.RouteResults, *ipc.Failure) {
	tunnel, failure := manager.routable(client)
	if failure != nil {
		return ipc.RouteResults{}, failure
	}
	return tunnel.setRoutes(networks)
}

// ChangeRoutes is SetRoutes by a difference: ipc.StaleRoutes where that is to something else than what stands.
func (manager *Manager) ChangeRoutes(client Client, change ipc.ChangeRoutes) (ipc.Result, *ipc.Failure) {
	tunnel, failure := manager.routable(client)
	if failure != nil {
		return nil, failure
	}
	return tunnel.changeRoutes(change)
}

// routable gives the client's tunnel if it may set routes in it now.
func (manager *Manager) routable(client Client) (*tunnel, *ipc.Failure) {
	manager.mutex.Lock()
	defer manager.mutex.Unlock()
	tunnel, failure := manager.own(client)
	if failure == nil && manager.audience.get() != client {
		failure = &ipc.Failure{Cause: ipc.CauseBusy, Detail: "another connection of yours has the tunnel: resume first"}
	}
	if failure == nil && tunnel.phase != ipc.PhaseUp {
		failure = &ipc.Failure{Cause: ipc.CauseDialFirst, Detail: fmt.Sprintf("the tunnel is still %s", tunnel.phase)}
	}
	return tunnel, failure
}

// Status gives the user's tunnel (nil for one of somebody else) and where the laptop stands.
func (manager *Manager) Status(client Client) (ipc.StatusResult, error) {
	around, err := manager.machine.Around()
	if err != nil {
		return ipc.StatusResult{}, err
	}
	result := ipc.StatusResult{LocalNetworks: around.Locals, Gateway: around.Gateway}
	manager.mutex.Lock()
	tunnel, failure := manager.own(client)
	manager.mutex.Unlock()
	if failure != nil {
		return result, nil
	}
	tunnel.count(0, 0)
	manager.mutex.Lock()
	defer manager.mutex.Unlock()
	result.Tunnel = tunnel.status()
	return result, nil
}

// HasTunnel tells whether there is a tunnel, whoever it belongs to.
func (manager *Manager) HasTunnel() bool {
	manager.mutex.Lock()
	defer manager.mutex.Unlock()
	return manager.tunnel != nil
}

// Stop ends the tunnel if there is one, waits until it is undone, and takes no new one.
func (manager *Manager) Stop() {
	manager.mutex.Lock()
	manager.stopped = true
	if manager.spare != nil {
		manager.dropSpare(manager.spare.client)
	}
	tunnel := manager.tunnel
	manager.mutex.Unlock()
	if tunnel != nil {
		tunnel.cancel(errStopped)
		<-tunnel.closed
	}
}
