package session

import (
	"reflect"
	"time"

	"anslut/native/internal/ipc"
)

// spareTime is how long opened ways wait for their connect.
const spareTime = 10 * time.Second

// spare is a relay that opens the ways of a connect that has not come yet: the ticket takes a round trip, and so does a way. It
// is in no journal, because it ends by itself when the helper does (its standard input closes) and leaves nothing.
type spare struct {
	client Client
	ways   []ipc.Way
	relay  Relay
	expiry *time.Timer
	// show lets the log show again what is secret in the ways.
	show func()
}

// Prepare opens ways for a tunnel that the client is about to ask for. Those it opened before are closed.
func (manager *Manager) Prepare(client Client, ways []ipc.Way) *ipc.Failure {
	manager.mutex.Lock()
	defer manager.mutex.Unlock()
	if failure := manager.refuseSecond(client); failure != nil {
		return failure
	}
	if manager.spare != nil && manager.spare.client.UID() != client.UID() {
		return &ipc.Failure{Cause: ipc.CauseBusy, Detail: "another user of this computer is about to dial"}
	}
	if _, err := manager.machine.Policy(); err != nil {
		return ipc.Fail(ipc.CausePolicyForbids, err)
	}
	if manager.spare != nil {
		manager.dropSpare(manager.spare.client)
	}
	owner, show := int64(client.UID()), manager.book.Hide(secretsOfWays(ways)...)
	relay, err := manager.machine.StartRelay(relayStart(ways), func(level ipc.Level, text string) {
		manager.book.Add(owner, level, text)
	})
	if err != nil {
		show()
		return ipc.FailureOf(err)
	}
	kept := &spare{client: client, ways: ways, relay: relay, show: show}
	kept.expiry = time.AfterFunc(spareTime, func() {
		manager.mutex.Lock()
		defer manager.mutex.Unlock()
		if manager.spare == kept {
			manager.dropSpare(client)
		}
	})
	manager.spare = kept
	return nil
}

// takeSpare gives the relay that was prepared for just these ways, nil if none was, and what to call once the tunnel hides its
// secrets itself. The caller holds the mutex.
func (manager *Manager) takeSpare(client Client, ways []ipc.Way) (prepared Relay, show func()) {
	kept := manager.spare
	if kept == nil || kept.client != client || !reflect.DeepEqual(kept.ways, ways) {
		if kept != nil && kept.client.UID() == client.UID() {
			manager.dropSpare(kept.client)
		}
		return nil, func() {}
	}
	kept.expiry.Stop()
	manager.spare = nil
	return kept.relay, kept.show
}

// dropSpare closes what a client prepared. The caller holds the mutex.
func (manager *Manager) dropSpare(client Client) {
	kept := manager.spare
	if kept == nil || kept.client != client {
		return
	}
	manager.spare = nil
	kept.expiry.Stop()
	go func() {
		defer kept.show()
		for range kept.relay.Reports() {
		}
	}()
	kept.relay.Stop()
}
