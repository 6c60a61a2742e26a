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
func (tunnel *tunnel) setRoutes(asked []netip.Prefix) (ipc.RouteResults, *ipc.Failure) {
	tunnel.routes.Lock()
	defer tunnel.routes.Unlock()
	judged, failure := tunnel.judge(asked)
	if failure != nil {
		return ipc.RouteResults{}, failure
	}
	base := tunnel.base(*tunnel.slice)
	wanted := slices.Concat(base, judged.routes)
	if failure := tunnel.rememberRoutes(wanted); failure != nil {
		return ipc.RouteResults{}, failure
	}
	tunnel.revision++ // also for what fails half way: nobody knows then what stands
	failures, err := tunnel.machine.SetRoutes(tunnel.slice.Address, wanted)
	if err = errors.Join(append(failures[:min(len(base), len(failures))], err)...); err != nil {
		return ipc.RouteResults{}, ipc.Fail(ipc.CauseRouteFailed, err)
	}
	tunnel.publish(nil, judged.enter(failures[len(base):]))
	return ipc.RouteResults{Revision: tunnel.revision, Routes: judged.results}, nil
}

// changeRoutes does the same for a difference, and looks at nothing but that.
func (tunnel *tunnel) changeRoutes(change ipc.ChangeRoutes) (ipc.Result, *ipc.Failure) {
	tunnel.routes.Lock()
	defer tunnel.routes.Unlock()
	if change.Revision != tunnel.revision {
		return ipc.StaleRoutes{}, nil
	}
	judged, failure := tunnel.judge(change.Add)
	if failure != nil {
		return nil, failure
	}
	if failure := tunnel.rememberRoutes(judged.routes); failure != nil {
		return nil, failure
	}
	kept, gone := tunnel.without(change.Remove)
	tunnel.revision++
	failures, err := tunnel.machine.ChangeRoutes(tunnel.slice.Address, judged.routes, gone)
	if err != nil {
		return nil, ipc.Fail(ipc.CauseRouteFailed, err)
	}
	tunnel.publish(kept, judged.enter(failures))
	return ipc.RouteResults{Revision: tunnel.revision, Routes: judged.results}, nil
}

// judged is what the rules said of each network that was asked for.
type judged struct {
	results []ipc.RouteResult
	// routes are those that may be, places where their results stand.
	routes []network.Route
	places []int
}

func (tunnel *tunnel) judge(asked []netip.Prefix) (judged, *ipc.Failure) {
	if tunnel.undone {
		return judged{}, ipc.Fail(ipc.CauseDialFirst, errUndone)
	}
	around, err := tunnel.surroundings()
	if err != nil {
		return judged{}, ipc.Fail(ipc.CauseInternal, err)
	}
	slice := *tunnel.slice
	all := judged{results: make([]ipc.RouteResult, len(asked))}
	for index, candidate := range asked {
		all.results[index] = ipc.RouteResult{Network: candidate, State: ipc.RouteSet}
		if failure := rules.CheckRoute(candidate, slice, around, rules.RangesOf(tunnel.policy)); failure != nil {
			all.results[index] = unset(candidate, ipc.RouteRefused, failure)
			continue
		}
		all.routes = append(all.routes, tunnel.routeTo(candidate, slice))
		all.places = append(all.places, index)
	}
	return all, nil
}

// enter writes what failed into the results and gives the networks that stand.
func (judged judged) enter(failures []error) []netip.Prefix {
	var standing []netip.Prefix
	for position, place := range judged.places {
		result := &judged.results[place]
		if err := failures[position]; err != nil {
			*result = unset(result.Network, ipc.RouteFailed, ipc.Fail(ipc.CauseRouteFailed, err))
		} else {
			standing = append(standing, result.Network)
		}
	}
	return standing
}

// without splits the tunnel's networks into those that stay and those named.
func (tunnel *tunnel) without(named []netip.Prefix) (kept, gone []netip.Prefix) {
	isNamed := make(map[netip.Prefix]bool, len(named))
	for _, network := range named {
		isNamed[network] = true
	}
	for _, standing := range tunnel.networks {
		if isNamed[standing] {
			gone = append(gone, standing)
		} else {
			kept = append(kept, standing)
		}
	}
	return kept, gone
}

// publish makes what is kept and what is new the tunnel's networks, each once.
func (tunnel *tunnel) publish(kept, added []netip.Prefix) {
	seen := make(map[netip.Prefix]bool, len(kept)+len(added))
	var standing []netip.Prefix
	for _, network := range slices.Concat(kept, added) {
		if !seen[network] {
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
	// The account's own routes stand as long as the tunnel; a difference does not name them.
	for _, route := range slices.Concat(tunnel.base(*tunnel.slice), wanted) {
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
		if notice.Own || life.misses(notice.Gone) {
			life.missRoutes()
		}
		if !notice.Around {
			return
		}
		// Many changes are none to a person: a lease renewed, a neighbour's route.
		if now, err := life.machine.Around(); err == nil && !now.Equal(around) {
			around = now
			life.outdate()
			life.tell(ipc.NetworkChanged{})
		}
	})
}

// misses tells whether one of these should stand. Waiting for the lock keeps it from taking our own removals for a loss.
func (tunnel *tunnel) misses(gone []netip.Prefix) bool {
	if len(gone) == 0 {
		return false
	}
	tunnel.routes.Lock()
	defer tunnel.routes.Unlock()
	if tunnel.undone {
		return false
	}
	return slices.ContainsFunc(tunnel.base(*tunnel.slice), func(route network.Route) bool { return slices.Contains(gone, route.Network) }) ||
		slices.ContainsFunc(tunnel.networks, func(standing netip.Prefix) bool { return slices.Contains(gone, standing) })
}

// outdate makes every difference stale: what stands was judged by other surroundings.
func (tunnel *tunnel) outdate() {
	tunnel.routes.Lock()
	defer tunnel.routes.Unlock()
	tunnel.revision++
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
		tunnel.revision++
		tunnel.log(ipc.LevelWarn, "routes were removed by somebody else")
		tunnel.tell(ipc.RoutesLost{Networks: lost[:min(len(lost), ipc.MaxRoutes)]})
	}
}
