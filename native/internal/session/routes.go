package session

import (
	"errors"
	"net/netip"
	"slices"

	"anslut/native/internal/ipc"
	"anslut/native/internal/network"
	"anslut/native/internal/rules"
)

var errUndone = errors.New("the tunnel is closing")

// setRoutes judges each network, writes down what it is going to do, and makes the kernel's routes what is asked.
func (tunnel *tunnel) setRoutes(asked []netip.Prefix) ([]ipc.RouteResult, *ipc.Failure) {
	tunnel.routes.Lock()
	defer tunnel.routes.Unlock()
	if tunnel.undone {
		return nil, ipc.Fail(ipc.CauseDialFirst, errUndone)
	}
	around, err := tunnel.surroundings()
	if err != nil {
		return nil, ipc.Fail(ipc.CauseInternal, err)
	}
	slice := *tunnel.slice
	results := make([]ipc.RouteResult, len(asked))
	wanted := tunnel.base(slice)
	first := len(wanted)
	var places []int
	for index, candidate := range asked {
		results[index] = ipc.RouteResult{Network: candidate, State: ipc.RouteSet}
		if failure := rules.CheckRoute(candidate, slice, around, rules.RangesOf(tunnel.policy)); failure != nil {
			results[index] = unset(candidate, ipc.RouteRefused, failure)
			continue
		}
		wanted = append(wanted, tunnel.routeTo(candidate, slice))
		places = append(places, index)
	}
	if failure := tunnel.rememberRoutes(wanted); failure != nil {
		return nil, failure
	}
	failures, err := tunnel.machine.SetRoutes(slice.Address, wanted)
	if err = errors.Join(append(failures[:min(first, len(failures))], err)...); err != nil {
		return nil, ipc.Fail(ipc.CauseRouteFailed, err)
	}
	tunnel.publish(results, places, failures[first:])
	return results, nil
}

// publish enters what failed into the results and makes the rest the tunnel's networks.
func (tunnel *tunnel) publish(results []ipc.RouteResult, places []int, failures []error) {
	var standing []netip.Prefix
	seen := map[netip.Prefix]bool{}
	for position, place := range places {
		if err := failures[position]; err != nil {
			results[place] = unset(results[place].Network, ipc.RouteFailed, ipc.Fail(ipc.CauseRouteFailed, err))
		} else if network := results[place].Network; !seen[network] {
			seen[network] = true
			standing = append(standing, network)
		}
	}
	tunnel.manager.mutex.Lock()
	tunnel.networks = standing
	tunnel.manager.mutex.Unlock()
}

func unset(candidate netip.Prefix, state ipc.RouteState, failure *ipc.Failure) ipc.RouteResult {
	return ipc.RouteResult{Network: candidate, State: state, Cause: &failure.Cause, Detail: ipc.Shorten(failure.Detail, 2000)}
}

func (tunnel *tunnel) routeTo(candidate netip.Prefix, slice ipc.Slice) network.Route {
	if tunnel.kind() == network.TUN {
		return network.Route{Network: candidate}
	}
	return network.Route{Network: candidate, Via: slice.Gateway}
}

// rememberRoutes makes the journal name all routes that stand and all that are to come. What it names too much harms nobody:
// undoing takes only what is there.
func (tunnel *tunnel) rememberRoutes(wanted []network.Route) *ipc.Failure {
	named := make(map[netip.Prefix]bool, len(tunnel.record.Routes))
	for _, route := range tunnel.record.Routes {
		named[route] = true
	}
	isNew := false
	for _, route := range wanted {
		isNew = isNew || !named[route.Network]
	}
	if !isNew {
		return nil
	}
	next := tunnel.record
	next.Routes = nil
	for _, route := range wanted {
		next.Routes = append(next.Routes, route.Network)
	}
	next.Routes = append(next.Routes, tunnel.networks...)
	slices.SortFunc(next.Routes, comparePrefixes)
	next.Routes = slices.Compact(next.Routes)
	return tunnel.remember(next)
}

func comparePrefixes(left, right netip.Prefix) int {
	if order := left.Addr().Compare(right.Addr()); order != 0 {
		return order
	}
	return left.Bits() - right.Bits()
}

// watch follows the computer's networks while the tunnel is up.
func (life *life) watch() error {
	around, err := life.machine.Around()
	if err != nil {
		return err
	}
	return life.machine.Watch(life.ctx, func(notice network.Notice) {
		if notice.Own || len(notice.Gone) > 0 {
			life.missRoutes()
		}
		if !notice.Around {
			return
		}
		// Many changes are none to a person: a lease renewed, a neighbour's route.
		if now, err := life.machine.Around(); err == nil && !now.Equal(around) {
			around = now
			life.tell(ipc.NetworkChanged{})
		}
	})
}

// missRoutes compares what should stand with what stands and tells what is missing. Waiting for the lock keeps it from
// taking our own removals for a loss.
func (tunnel *tunnel) missRoutes() {
	tunnel.routes.Lock()
	defer tunnel.routes.Unlock()
	if tunnel.undone {
		return
	}
	standing, err := tunnel.machine.Routes()
	if err != nil {
		tunnel.log(ipc.LevelWarn, err.Error())
		return
	}
	var lost, kept []netip.Prefix
	for _, route := range tunnel.base(*tunnel.slice) {
		if !standing[route.Network] {
			lost = append(lost, route.Network)
		}
	}
	tunnel.manager.mutex.Lock()
	for _, candidate := range tunnel.networks {
		if standing[candidate] {
			kept = append(kept, candidate)
		} else {
			lost = append(lost, candidate)
		}
	}
	tunnel.networks = kept
	tunnel.manager.mutex.Unlock()
	if len(lost) > 0 {
		tunnel.log(ipc.LevelWarn, "routes were removed by somebody else")
		tunnel.tell(ipc.RoutesLost{Networks: lost[:min(len(lost), ipc.MaxRoutes)]})
	}
}
