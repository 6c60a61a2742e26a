package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"anslut/native/internal/dhcp"
	"anslut/native/internal/ipc"
	"anslut/native/internal/journal"
	"anslut/native/internal/network"
	"anslut/native/internal/openvpn"
	"anslut/native/internal/rules"
)

// prepare judges the request and writes down what is going to be done. Nothing has been started yet when it refuses.
func (tunnel *tunnel) prepare() *ipc.Failure {
	policy, err := tunnel.machine.Policy()
	if err != nil {
		return ipc.Fail(ipc.CausePolicyForbids, fmt.Errorf("the policy file cannot be trusted, so nothing is allowed: %w", err))
	}
	tunnel.policy = policy
	if tunnel.material, err = openvpn.Read(tunnel.request); err != nil {
		return ipc.Fail(ipc.CauseBadRequest, err)
	}
	for _, authority := range tunnel.material.Authority() {
		if failure := rules.CheckServer(tunnel.request.Server.Name, authority, policy); failure != nil {
			return failure
		}
	}
	offered := tunnel.request.Addressing.Slices()
	for _, slice := range offered {
		if failure := rules.CheckSlice(slice, rules.RangesOf(policy)); failure != nil {
			return failure
		}
	}
	around, err := tunnel.surroundings()
	if err != nil {
		return ipc.Fail(ipc.CauseInternal, err)
	}
	chosen, failure := rules.ChooseSlice(offered, around)
	if failure != nil {
		return failure
	}
	tunnel.chosen = chosen
	return tunnel.rememberPlan(offered)
}

func (tunnel *tunnel) rememberPlan(offered []ipc.Slice) *ipc.Failure {
	tunnel.routes.Lock()
	defer tunnel.routes.Unlock()
	record := tunnel.machine.Blank()
	for _, slice := range offered {
		record.Addresses = append(record.Addresses, slice.Address)
		record.Routes = append(record.Routes, slice.Network, netip.PrefixFrom(slice.Gateway, 32))
	}
	record.Neighbour = offered[tunnel.chosen].Gateway
	return tunnel.remember(record)
}

// rememberChildren writes down whom to end. The kernel ends them with us anyway; the journal is for the day when it does not.
func (tunnel *tunnel) rememberChildren() *ipc.Failure {
	tunnel.routes.Lock()
	defer tunnel.routes.Unlock()
	record := tunnel.record
	record.Children = append(record.Children, tunnel.relay.Entry(), tunnel.vpn.Entry())
	return tunnel.remember(record)
}

// remember is called with the routes' mutex held.
func (tunnel *tunnel) remember(next journal.Record) *ipc.Failure {
	if err := tunnel.machine.Remember(next); err != nil {
		return ipc.Fail(ipc.CauseDiskFault, err)
	}
	tunnel.record = next
	return nil
}

// surroundings gathers what no route of ours may cover: where the laptop stands, its gateways and DNS servers, the portal
// and proxies as far as the request names addresses, and what the relay is really connected to.
func (tunnel *tunnel) surroundings() (rules.Surroundings, error) {
	around, err := tunnel.machine.Around()
	if err != nil {
		return rules.Surroundings{}, err
	}
	peers, err := tunnel.machine.Peers()
	if err != nil {
		return rules.Surroundings{}, err
	}
	keep := slices.Concat(around.Gateways, tunnel.machine.Resolvers(), peers)
	for _, way := range tunnel.request.Ways {
		hosts := []string{way.Host}
		if way.Proxy != nil {
			hosts = append(hosts, way.Proxy.Host)
		}
		for _, host := range hosts {
			if address, err := netip.ParseAddr(host); err == nil {
				keep = append(keep, address)
			}
		}
	}
	surroundings := rules.Surroundings{Keep: keep}
	for _, local := range around.Locals {
		surroundings.Locals = append(surroundings.Locals, rules.Local{Network: local.Network, Adapter: local.Adapter})
	}
	return surroundings, nil
}

// addressed is how the last step of a dial ended.
type addressed struct {
	failure *ipc.Failure
	slice   ipc.Slice
	request dhcp.Request
	lease   *dhcp.Lease
}

func (result addressed) leaseSeconds() *int64 {
	if result.lease == nil {
		return nil
	}
	seconds := max(1, int64(result.lease.Duration/time.Second))
	return &seconds
}

// address gets the tunnel's address and sets it with the routes to the account's network.
func (tunnel *tunnel) address(ctx context.Context, pushed netip.Addr) addressed {
	result := tunnel.obtain(ctx, pushed)
	if result.failure != nil {
		return result
	}
	tunnel.routes.Lock()
	defer tunnel.routes.Unlock()
	if err := tunnel.machine.Assign(result.slice.Address); err != nil {
		return addressed{failure: ipc.Fail(ipc.CauseAdapterFailed, err)}
	}
	if lease := result.lease; lease != nil && lease.Server == result.slice.Gateway && len(lease.ServerMAC) == 6 {
		if err := tunnel.machine.Introduce(result.slice.Gateway, lease.ServerMAC); err != nil {
			tunnel.log(ipc.LevelWarn, err.Error()) // it only saves a round trip
		}
	}
	failures, err := tunnel.machine.SetRoutes(result.slice.Address, tunnel.base(result.slice))
	if err = errors.Join(append(failures, err)...); err != nil {
		return addressed{failure: ipc.Fail(ipc.CauseRouteFailed, err)}
	}
	return result
}

func (tunnel *tunnel) obtain(ctx context.Context, pushed netip.Addr) addressed {
	addressing, isDHCP := tunnel.request.Addressing.(ipc.DHCP)
	if !isDHCP {
		return tunnel.matchPushed(pushed)
	}
	if failure := tunnel.chooseAgain(); failure != nil {
		return addressed{failure: failure}
	}
	slice := addressing.Offer[tunnel.chosen]
	request := dhcp.Request{
		Interface: tunnel.machine.Adapter(), MAC: addressing.MAC, Wanted: slice.Address,
		VendorClass: ipc.SliceVendorClasses[tunnel.chosen],
	}
	lease, err := tunnel.machine.Acquire(ctx, request)
	switch {
	case err == nil && lease.Address == slice.Address:
		return addressed{slice: slice, request: request, lease: &lease}
	case err == nil || errors.Is(err, dhcp.ErrOutside):
		return addressed{failure: &ipc.Failure{
			Cause: ipc.CauseLeaseOutside, Detail: fmt.Sprintf("the lease is not %s: %v", slice.Address, err), Err: err,
		}}
	default:
		return addressed{failure: ipc.Fail(ipc.CauseNoLease, fmt.Errorf("ask for %s: %w", slice.Address, err))}
	}
}

// chooseAgain judges the slices by what is known by now: what the relay is really connected to, which may be a portal or proxy
// with a private address inside the first slice.
func (tunnel *tunnel) chooseAgain() *ipc.Failure {
	around, err := tunnel.surroundings()
	if err != nil {
		return ipc.Fail(ipc.CauseInternal, err)
	}
	chosen, failure := rules.ChooseSlice(tunnel.request.Addressing.Slices(), around)
	tunnel.chosen = chosen
	return failure
}

// matchPushed takes a pushed address only when it is the very one of a slice that overlaps nothing local.
func (tunnel *tunnel) matchPushed(pushed netip.Addr) addressed {
	for _, slice := range tunnel.request.Addressing.Slices() {
		if slice.Address != pushed {
			continue
		}
		around, err := tunnel.surroundings()
		if err != nil {
			return addressed{failure: ipc.Fail(ipc.CauseInternal, err)}
		}
		if _, failure := rules.ChooseSlice([]ipc.Slice{slice}, around); failure != nil {
			return addressed{failure: failure}
		}
		return addressed{slice: slice}
	}
	return addressed{failure: &ipc.Failure{
		Cause: ipc.CauseLeaseOutside, Detail: fmt.Sprintf("the server pushed %s, which is of no slice", pushed),
	}}
}

// base gives the routes to the account's network. On a TAP only the gateway is on the link: everything else goes through it,
// so nobody is asked by ARP for a machine, and no netmask decides what is captured.
func (tunnel *tunnel) base(slice ipc.Slice) []network.Route {
	if tunnel.kind() == network.TUN {
		return []network.Route{{Network: slice.Network}}
	}
	return []network.Route{{Network: netip.PrefixFrom(slice.Gateway, 32)}, {Network: slice.Network, Via: slice.Gateway}}
}

func macOf(addressing ipc.Addressing) net.HardwareAddr {
	if addressing, isDHCP := addressing.(ipc.DHCP); isDHCP {
		return addressing.MAC
	}
	return nil
}
