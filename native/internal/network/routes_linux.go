package network

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"anslut/native/internal/ipc"
)

// Routes gives the networks that are routed into the adapter by us, as the kernel has them.
func (kernel *Kernel) Routes(name string) (map[netip.Prefix]bool, error) {
	link, err := kernel.find(name)
	if err != nil || link == nil {
		return nil, err
	}
	filter := &netlink.Route{LinkIndex: link.Attrs().Index, Protocol: ipc.RouteProtocol, Table: unix.RT_TABLE_MAIN}
	listed, err := kernel.handle.RouteListFiltered(netlink.FAMILY_V4, filter,
		netlink.RT_FILTER_OIF|netlink.RT_FILTER_PROTOCOL|netlink.RT_FILTER_TABLE)
	if err != nil {
		return nil, fmt.Errorf("list the routes of %s: %w", name, err)
	}
	routes := make(map[netip.Prefix]bool, len(listed))
	for _, route := range listed {
		if prefix, ok := prefixOf(route.Dst); ok {
			routes[prefix] = true
		}
	}
	return routes, nil
}

// SetRoutes makes the routes of the adapter what is wanted: what stands stays, what is missing is set, what is too much is
// removed. A route of somebody else to the same network is never replaced. It gives an error per wanted route, nil for good ones.
func (kernel *Kernel) SetRoutes(name string, source netip.Addr, wanted []Route) ([]error, error) {
	link, err := kernel.handle.LinkByName(name)
	if err != nil {
		return nil, fmt.Errorf("find the adapter %s: %w", name, err)
	}
	standing, err := kernel.Routes(name)
	if err != nil {
		return nil, err
	}
	batch := routeBatch{link: uint32(link.Attrs().Index), source: source}
	asked := map[netip.Prefix]bool{}
	places := map[netip.Prefix]int{}
	for _, route := range wanted {
		if !standing[route.Network] && !asked[route.Network] {
			places[route.Network] = batch.add(route)
		}
		asked[route.Network] = true
	}
	for network := range standing {
		if !asked[network] {
			batch.remove(network)
		}
	}
	results, err := batch.run()
	if err != nil {
		return nil, fmt.Errorf("set the routes of %s: %w", name, err)
	}
	failures := make([]error, len(wanted))
	for index, route := range wanted {
		if place, isNew := places[route.Network]; isNew {
			failures[index] = explain(route.Network, results[place])
		}
	}
	return failures, nil
}

// ChangeRoutes sets and removes routes of the adapter without a look at the others: for whoever knows what stands. It gives an
// error per added route, nil for good ones; one that is to be removed may be gone already.
func (kernel *Kernel) ChangeRoutes(name string, source netip.Addr, add []Route, remove []netip.Prefix) ([]error, error) {
	link, err := kernel.handle.LinkByName(name)
	if err != nil {
		return nil, fmt.Errorf("find the adapter %s: %w", name, err)
	}
	batch := routeBatch{link: uint32(link.Attrs().Index), source: source}
	for _, network := range remove {
		batch.remove(network)
	}
	for _, route := range add {
		batch.add(route)
	}
	results, err := batch.run()
	if err != nil {
		return nil, fmt.Errorf("change the routes of %s: %w", name, err)
	}
	failures := make([]error, len(add))
	for index, route := range add {
		failures[index] = explain(route.Network, results[len(remove)+index])
	}
	return failures, nil
}

func explain(network netip.Prefix, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EEXIST):
		return fmt.Errorf("a route to %s of somebody else stands already: %w", network, err)
	default:
		return fmt.Errorf("set the route to %s: %w", network, err)
	}
}
