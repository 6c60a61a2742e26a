package session

import (
	"testing"
	"testing/synctest"
	"time"

	"anslut/native/internal/ipc"
)

func TestWaysThatWerePreparedCarryTheTunnel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, tech := newComputer(), &agent{uid: 1000}
		manager := newManager(machine)
		if failure := manager.Prepare(tech, ticket().Ways); failure != nil {
			t.Fatal(failure)
		}
		started := len(machine.steps)
		dialUp(t, manager, machine, tech)
		for _, step := range machine.steps[started:] {
			if step == "startRelay" {
				t.Error("a second relay was started")
			}
		}
		manager.Stop()
	})
}

func TestWaysThatWerePreparedAreClosedAgain(t *testing.T) {
	other := &agent{uid: 1000}
	for name, end := range map[string]func(*Manager, *agent){
		"by a connect with other ways": func(manager *Manager, tech *agent) {
			request := ticket()
			request.Ways = []ipc.Way{{Host: "elsewhere.example", Port: 443}}
			manager.Connect(tech, request)
		},
		"by a connect of another connection": func(manager *Manager, _ *agent) { manager.Connect(other, ticket()) },
		"by disconnect":                      func(manager *Manager, tech *agent) { _ = manager.Disconnect(tech) },
		"by the connection's end":            func(manager *Manager, tech *agent) { manager.Gone(tech) },
		"by other ways": func(manager *Manager, tech *agent) {
			_ = manager.Prepare(tech, []ipc.Way{{Host: "elsewhere.example", Port: 443}})
		},
		"by time":            func(*Manager, *agent) { time.Sleep(spareTime + time.Second) },
		"by the helper's":    func(manager *Manager, _ *agent) { manager.Stop() },
		"never by a visitor": nil,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				machine, tech, visitor := newComputer(), &agent{uid: 1000}, &agent{uid: 1001}
				manager := newManager(machine)
				prepared := machine.relay
				if failure := manager.Prepare(tech, ticket().Ways); failure != nil {
					t.Fatal(failure)
				}
				machine.relay = newFakeChild[ipc.RelayReport]()
				if end == nil {
					if failure := manager.Prepare(visitor, ticket().Ways); failure == nil || failure.Cause != ipc.CauseBusy {
						t.Errorf("got %v", failure)
					}
					_ = manager.Disconnect(visitor)
					manager.Gone(visitor)
				} else {
					end(manager, tech)
				}
				synctest.Wait()
				prepared.mutex.Lock()
				ended := prepared.ended
				prepared.mutex.Unlock()
				if ended != (end != nil) {
					t.Errorf("ended: %v", ended)
				}
				manager.Stop()
				machine.relay.Stop()
			})
		})
	}
}
