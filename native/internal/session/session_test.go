package session

import (
	"errors"
	"net/netip"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"anslut/native/internal/dhcp"
	"anslut/native/internal/ipc"
	"anslut/native/internal/network"
	"anslut/native/internal/openvpn"
)

func TestATunnelIsWrittenDownBeforeItIsMadeAndUndoneInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, tech := newComputer(), &agent{uid: 1000}
		manager := newManager(machine)
		dialUp(t, manager, machine, tech)
		if failure := manager.Disconnect(tech); failure != nil {
			t.Fatal(failure)
		}
		steps := machine.steps
		if slices.Index(steps, "remember") > slices.Index(steps, "createAdapter") || slices.Contains(steps, "a route beyond the journal") {
			t.Errorf("not written ahead: %q", steps)
		}
		if end := steps[len(steps)-3:]; !slices.Equal(end, []string{"releaseLease", "removeAdapter", "forget"}) {
			t.Errorf("ended with %q", end)
		}
		if closed := heardOf[ipc.Closed](tech); len(closed) != 1 || closed[0].Cause != nil {
			t.Errorf("heard %+v", closed)
		}
		if len(heardOf[ipc.WayWon](tech)) != 1 || len(heardOf[ipc.Secured](tech)) != 1 || len(heardOf[ipc.Addressed](tech)) != 1 ||
			len(heardOf[ipc.LeaseRenewed](tech)) != 1 || len(heardOf[ipc.Log](tech)) == 0 {
			t.Errorf("heard %+v", tech.heard)
		}
		if failure := manager.Disconnect(tech); failure != nil || manager.Ownership(1000) != ipc.TunnelNone {
			t.Errorf("the second time: %v", failure)
		}
	})
}

func TestATunnelBelongsToItsUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, tech, visitor := newComputer(), &agent{uid: 1000}, &agent{uid: 1001}
		manager := newManager(machine)
		dialUp(t, manager, machine, tech)
		if manager.Ownership(1000) != ipc.TunnelOwn || manager.Ownership(1001) != ipc.TunnelForeign {
			t.Error("the welcome is wrong")
		}
		_, routes := manager.SetRoutes(visitor, nil)
		for what, failure := range map[string]*ipc.Failure{
			"connect": manager.Connect(visitor, ticket())(), "disconnect": manager.Disconnect(visitor),
			"resume": manager.Resume(visitor), "setRoutes": routes, "a second connect": manager.Connect(tech, ticket())(),
		} {
			if failure == nil || failure.Cause != ipc.CauseBusy {
				t.Errorf("%s: %v", what, failure)
			}
		}
		if status, err := manager.Status(visitor); err != nil || status.Tunnel != nil {
			t.Errorf("a stranger sees %+v, %v", status.Tunnel, err)
		}
		if len(visitor.heard) > 0 {
			t.Errorf("a stranger heard %v", visitor.heard)
		}
		manager.Stop()
	})
}

func TestARestartedAgentTakesItsTunnelBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, old, next := newComputer(), &agent{uid: 1000}, &agent{uid: 1000}
		manager := newManager(machine)
		dialUp(t, manager, machine, old)
		manager.Gone(old)
		time.Sleep(ipc.Grace - time.Second)
		if failure := manager.Resume(next); failure != nil {
			t.Fatal(failure)
		}
		time.Sleep(time.Hour)
		if status, err := manager.Status(next); err != nil || status.Tunnel == nil || status.Tunnel.Phase != ipc.PhaseUp {
			t.Errorf("got %+v, %v", status, err)
		}
		manager.Stop()
	})
}

func TestATunnelThatNobodyTakesBackIsUndoneAfterThirtySeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, tech := newComputer(), &agent{uid: 1000}
		manager := newManager(machine)
		dialUp(t, manager, machine, tech)
		manager.Gone(tech)
		time.Sleep(ipc.Grace - time.Millisecond)
		synctest.Wait()
		if machine.did("forget") {
			t.Error("too early")
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if !machine.did("forget") || manager.HasTunnel() {
			t.Error("too late")
		}
		if failure := manager.Resume(tech); failure == nil || failure.Cause != ipc.CauseDialFirst {
			t.Errorf("resumed what is gone: %v", failure)
		}
	})
}

func TestTheSecondConnectionOfAUserTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, old, next := newComputer(), &agent{uid: 1000}, &agent{uid: 1000}
		manager := newManager(machine)
		dialUp(t, manager, machine, old)
		if _, failure := manager.SetRoutes(next, nil); failure == nil || failure.Cause != ipc.CauseBusy {
			t.Errorf("before it resumes: %v", failure)
		}
		if failure := manager.Resume(next); failure != nil {
			t.Fatal(failure)
		}
		if len(heardOf[ipc.Taken](old)) != 1 || len(heardOf[ipc.Taken](next)) != 0 {
			t.Error("the old one was not told")
		}
		if _, failure := manager.SetRoutes(old, nil); failure == nil || failure.Cause != ipc.CauseBusy {
			t.Errorf("the old one still sets routes: %v", failure)
		}
		manager.Gone(old)
		time.Sleep(time.Hour)
		machine.vpn.say(openvpn.Traffic{Received: 7, Sent: 8})
		synctest.Wait()
		if len(heardOf[ipc.Traffic](old)) != 0 || len(heardOf[ipc.Traffic](next)) != 1 {
			t.Error("the traffic went to the wrong one")
		}
		manager.Stop()
	})
}

func TestATunnelThatEndsBeforeItWasCountedTellsWhatTheAdapterCarried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, tech := newComputer(), &agent{uid: 1000}
		manager := newManager(machine)
		dialUp(t, manager, machine, tech)
		machine.carried = [2]uint64{300, 200}
		if status, err := manager.Status(tech); err != nil || status.Tunnel.Received != 300 || status.Tunnel.Sent != 200 {
			t.Errorf("status says %v, %v", status.Tunnel, err)
		}
		machine.vpn.say(openvpn.Traffic{Received: 900, Sent: 100})
		synctest.Wait()
		machine.carried = [2]uint64{800, 700}
		manager.Stop()
		told := heardOf[ipc.Traffic](tech)
		if len(told) != 2 || told[0] != (ipc.Traffic{Received: 900, Sent: 200}) || told[1] != (ipc.Traffic{Received: 900, Sent: 700}) {
			t.Errorf("told %v", told)
		}
	})
}

func TestADialMayBeCancelledAtAnyPoint(t *testing.T) {
	for name, reach := range map[string]func(*computer){
		"at once":                      func(*computer) {},
		"while the relay races":        func(m *computer) { m.relay.say(ipc.RelayListening{Port: 1}); <-m.released },
		"while OpenVPN is securing":    func(m *computer) { m.relay.say(ipc.RelayWon{Way: 0}) },
		"while it asks for an address": func(m *computer) { m.stuck = true; m.vpn.say(openvpn.Connected{}); synctest.Wait() },
	} {
		synctest.Test(t, func(t *testing.T) {
			machine, tech := newComputer(), &agent{uid: 1000}
			manager := newManager(machine)
			wait := manager.Connect(tech, ticket())
			reach(machine)
			if failure := manager.Disconnect(tech); failure != nil {
				t.Errorf("%s: %v", name, failure)
			}
			if failure := wait(); failure == nil || failure.Cause != ipc.CauseCancelled {
				t.Errorf("%s: the connect was answered %v", name, failure)
			}
			if machine.did("createAdapter") && !machine.did("forget") {
				t.Errorf("%s: not undone: %q", name, machine.steps)
			}
			if closed := heardOf[ipc.Closed](tech); len(closed) > 0 {
				t.Errorf("%s: heard %v besides the refusal", name, closed)
			}
		})
	}
}

func TestEveryStepThatFailsHasItsCause(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		step string
		err  error
		want ipc.Cause
	}{
		{"policy", broken, ipc.CausePolicyForbids},
		{"remember", syscall.ENOSPC, ipc.CauseDiskFault},
		{"createAdapter", broken, ipc.CauseAdapterFailed},
		{"startRelay", broken, ipc.CauseInternal},
		{"startOpenVPN", ipc.Fail(ipc.CauseOpenvpnMissing, broken), ipc.CauseOpenvpnMissing},
		{"acquire", dhcp.ErrNoAnswer, ipc.CauseNoLease},
		{"acquire", dhcp.ErrRefused, ipc.CauseNoLease},
		{"acquire", dhcp.ErrOutside, ipc.CauseLeaseOutside},
		{"assign", broken, ipc.CauseAdapterFailed},
		{"setRoutes", broken, ipc.CauseRouteFailed},
	} {
		synctest.Test(t, func(t *testing.T) {
			machine, tech := newComputer(), &agent{uid: 1000}
			machine.fail[test.step] = test.err
			manager := newManager(machine)
			wait := manager.Connect(tech, ticket())
			machine.relay.say(ipc.RelayListening{Port: 1})
			machine.vpn.say(openvpn.Connected{})
			failure := wait()
			if failure == nil || failure.Cause != test.want {
				t.Errorf("%s: got %v, want %s", test.step, failure, test.want)
			}
			if test.step == "remember" && machine.did("createAdapter") {
				t.Error("it acted on what is not on the disk")
			}
			if manager.HasTunnel() || machine.did("createAdapter") && !machine.did("removeAdapter") {
				t.Errorf("%s: not undone: %q", test.step, machine.steps)
			}
		})
	}
}

func TestADialThatTakesTooLongSaysWhatItWaitedFor(t *testing.T) {
	for _, test := range []struct {
		reach func(*computer)
		want  ipc.Cause
	}{
		{func(*computer) {}, ipc.CauseNoWay},
		{func(m *computer) { m.relay.say(ipc.RelayWon{Way: 0}) }, ipc.CauseTunnelLost},
		{func(m *computer) { m.stuck = true; m.vpn.say(openvpn.Connected{}) }, ipc.CauseNoLease},
	} {
		synctest.Test(t, func(t *testing.T) {
			machine := newComputer()
			manager := newManager(machine)
			start := time.Now()
			wait := manager.Connect(&agent{uid: 1000}, ticket())
			test.reach(machine)
			if failure := wait(); failure == nil || failure.Cause != test.want || time.Since(start) != dialTimeout {
				t.Errorf("got %v after %s, want %s", failure, time.Since(start), test.want)
			}
		})
	}
}

func TestTheRelayKnowsBetterWhyNoWayWasFound(t *testing.T) {
	lost := openvpn.Ended{Failure: &ipc.Failure{Cause: ipc.CauseTunnelLost, Detail: "connection-reset"}}
	for name, test := range map[string]struct {
		words []ipc.RelayReport
		want  ipc.Cause
	}{
		"it says so":     {[]ipc.RelayReport{ipc.RelayFailed{Cause: ipc.CauseProxyAuthRefused}}, ipc.CauseProxyAuthRefused},
		"it is silent":   {nil, ipc.CauseNoWay},
		"a way had won":  {[]ipc.RelayReport{ipc.RelayWon{Way: 0}}, ipc.CauseTunnelLost},
		"only one fails": {[]ipc.RelayReport{ipc.RelayAttempt{Attempt: ipc.Attempt{Outcome: ipc.OutcomeRefused}}}, ipc.CauseNoWay},
	} {
		synctest.Test(t, func(t *testing.T) {
			machine := newComputer()
			wait := newManager(machine).Connect(&agent{uid: 1000}, ticket())
			machine.vpn.say(lost)
			synctest.Wait()
			for _, word := range test.words {
				machine.relay.say(word)
			}
			if failure := wait(); failure == nil || failure.Cause != test.want {
				t.Errorf("%s: got %v, want %s", name, failure, test.want)
			}
		})
	}
}

func TestALeaseThatEndsEndsTheTunnel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, tech := newComputer(), &agent{uid: 1000}
		manager := newManager(machine)
		dialUp(t, manager, machine, tech)
		machine.leaseEnds <- dhcp.ErrExpired
		synctest.Wait()
		if closed := heardOf[ipc.Closed](tech); len(closed) != 1 || *closed[0].Cause != ipc.CauseNoLease {
			t.Errorf("heard %+v", closed)
		}
	})
}

func TestRoutesAreJudgedOneByOneAndToldInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, tech := newComputer(), &agent{uid: 1000}
		machine.around.Locals = []ipc.LocalNetwork{{Network: netip.MustParsePrefix("192.168.1.0/24"), Adapter: "eth0"}}
		machine.policy = &ipc.Policy{Tunnel: ipc.PolicyTunnel{NeverRoute: []netip.Prefix{netip.MustParsePrefix("192.168.9.0/24")}}}
		manager := newManager(machine)
		dialUp(t, manager, machine, tech)
		var asked []netip.Prefix
		for _, text := range []string{"192.168.0.0/24", "192.168.1.0/24", "192.168.9.0/24", "172.16.4.0/24", "172.16.5.0/24", "10.77.0.0/24", "192.168.0.0/24"} {
			asked = append(asked, netip.MustParsePrefix(text))
		}
		results, failure := manager.SetRoutes(tech, asked)
		if failure != nil {
			t.Fatal(failure)
		}
		for index, want := range []ipc.Cause{"", ipc.CauseOverlap, ipc.CausePolicyForbids, ipc.CauseRouteRefused, ipc.CauseRouteRefused, ipc.CauseOverlap, ""} {
			got := results.Routes[index]
			if got.Network != asked[index] || (got.Cause == nil) != (want == "") || got.Cause != nil && *got.Cause != want {
				t.Errorf("got %+v, want %q", got, want)
			}
		}
		if status, _ := manager.Status(tech); len(status.Tunnel.Networks) != 1 {
			t.Errorf("status names %v", status.Tunnel.Networks)
		}
		machine.fail["remember"] = syscall.ENOSPC
		if _, failure := manager.SetRoutes(tech, []netip.Prefix{netip.MustParsePrefix("192.168.7.0/24")}); failure == nil || failure.Cause != ipc.CauseDiskFault {
			t.Errorf("with a full disk: %v", failure)
		}
		if _, failure := manager.SetRoutes(tech, nil); failure != nil || machine.did("a route beyond the journal") {
			t.Errorf("taking routes away needs no room: %v", failure)
		}
		manager.Stop()
	})
}

func TestADifferenceIsTakenOnlyToWhatStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, tech := newComputer(), &agent{uid: 1000}
		machine.around.Locals = []ipc.LocalNetwork{{Network: netip.MustParsePrefix("192.168.1.0/24"), Adapter: "eth0"}}
		manager := newManager(machine)
		dialUp(t, manager, machine, tech)
		networks := func(texts ...string) (all []netip.Prefix) {
			for _, text := range texts {
				all = append(all, netip.MustParsePrefix(text))
			}
			return all
		}
		change := func(revision int64, add, remove []netip.Prefix) ipc.Result {
			t.Helper()
			result, failure := manager.ChangeRoutes(tech, ipc.ChangeRoutes{Revision: revision, Add: add, Remove: remove})
			if failure != nil {
				t.Fatal(failure)
			}
			return result
		}
		stands := func(want ...string) {
			t.Helper()
			status, _ := manager.Status(tech)
			if !slices.Equal(status.Tunnel.Networks, networks(want...)) {
				t.Errorf("status names %v, want %v", status.Tunnel.Networks, want)
			}
			for _, network := range networks(want...) {
				if !machine.standing[network] {
					t.Errorf("%s does not stand", network)
				}
			}
		}
		set, failure := manager.SetRoutes(tech, networks("192.168.0.0/24", "192.168.2.0/24"))
		if failure != nil {
			t.Fatal(failure)
		}
		changed, _ := change(set.Revision, networks("192.168.3.0/24", "192.168.1.0/24"), networks("192.168.0.0/24", "10.77.0.0/20")).(ipc.RouteResults)
		if len(changed.Routes) != 2 || changed.Routes[0].Cause != nil || *changed.Routes[1].Cause != ipc.CauseOverlap {
			t.Errorf("got %+v", changed)
		}
		stands("192.168.2.0/24", "192.168.3.0/24")
		if !machine.standing[netip.MustParsePrefix("10.77.0.0/20")] {
			t.Error("the account's own route can be taken away")
		}
		if machine.did("a route beyond the journal") {
			t.Error("a route was set that the journal does not name")
		}
		if result := change(set.Revision, nil, nil); result != (ipc.StaleRoutes{}) {
			t.Errorf("a difference to what does not stand any more: %+v", result)
		}
		machine.around.Locals = append(machine.around.Locals, ipc.LocalNetwork{Network: netip.MustParsePrefix("192.168.8.0/24"), Adapter: "eth1"})
		machine.seen(network.Notice{Around: true})
		if result := change(changed.Revision, nil, nil); result != (ipc.StaleRoutes{}) {
			t.Errorf("a difference to what was judged elsewhere: %+v", result)
		}
		set, _ = manager.SetRoutes(tech, networks("192.168.2.0/24"))
		delete(machine.standing, netip.MustParsePrefix("192.168.2.0/24"))
		machine.seen(network.Notice{Gone: networks("192.168.2.0/24")})
		if result := change(set.Revision, nil, nil); result != (ipc.StaleRoutes{}) {
			t.Errorf("a difference to what somebody else removed: %+v", result)
		}
		machine.fail["remember"] = syscall.ENOSPC
		set, failure = manager.SetRoutes(tech, nil)
		if failure != nil {
			t.Fatal(failure)
		}
		if _, failure := manager.ChangeRoutes(tech, ipc.ChangeRoutes{Revision: set.Revision, Add: networks("192.168.7.0/24")}); failure == nil || failure.Cause != ipc.CauseDiskFault {
			t.Errorf("with a full disk: %v", failure)
		}
		manager.Stop()
	})
}

func TestLostRoutesAndAnotherNetworkAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, tech := newComputer(), &agent{uid: 1000}
		manager := newManager(machine)
		dialUp(t, manager, machine, tech)
		network1 := netip.MustParsePrefix("192.168.0.0/24")
		if _, failure := manager.SetRoutes(tech, []netip.Prefix{network1}); failure != nil {
			t.Fatal(failure)
		}
		machine.seen(network.Notice{Gone: []netip.Prefix{network1}})
		if lost := heardOf[ipc.RoutesLost](tech); len(lost) != 0 {
			t.Errorf("our own change was told as a loss: %v", lost)
		}
		delete(machine.standing, network1)
		machine.seen(network.Notice{Own: true})
		machine.seen(network.Notice{Own: true})
		if lost := heardOf[ipc.RoutesLost](tech); len(lost) != 1 || lost[0].Networks[0] != network1 {
			t.Errorf("heard %v", lost)
		}
		machine.seen(network.Notice{Around: true})
		machine.around.Carriers = []string{"eth0"}
		machine.seen(network.Notice{Around: true})
		if changed := heardOf[ipc.NetworkChanged](tech); len(changed) != 1 {
			t.Errorf("heard %d changes", len(changed))
		}
		manager.Stop()
	})
}

func TestAHelperThatStopsTakesNoNewTunnel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, tech := newComputer(), &agent{uid: 1000}
		manager := newManager(machine)
		dialUp(t, manager, machine, tech)
		manager.Stop()
		if !machine.did("forget") {
			t.Error("not undone")
		}
		if failure := manager.Connect(tech, ticket())(); failure == nil || failure.Cause != ipc.CauseCancelled {
			t.Errorf("got %v", failure)
		}
	})
}

func TestAPortalInsideTheFirstSliceMovesUsToTheSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, tech := newComputer(), &agent{uid: 1000}
		machine.lease = dhcp.Lease{Address: second.Address, Server: second.Gateway, Duration: time.Hour}
		manager := newManager(machine)
		wait := manager.Connect(tech, ticket())
		machine.relay.say(ipc.RelayListening{Port: 40001})
		<-machine.released
		machine.mutex.Lock()
		machine.peers = []netip.Addr{netip.MustParseAddr("10.77.1.1")}
		machine.mutex.Unlock()
		machine.vpn.say(openvpn.Connected{})
		if failure := wait(); failure != nil {
			t.Fatal(failure)
		}
		if got := heardOf[ipc.Addressed](tech); len(got) != 1 || got[0].Slice != second || machine.standing[first.Network] {
			t.Errorf("got %+v, routes %v", got, machine.standing)
		}
		manager.Stop()
	})
}
