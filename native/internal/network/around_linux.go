package network

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"anslut/native/internal/ipc"
)

// maxLocals is the bound of the contract; a computer with more networks has the rest judged by none.
const maxLocals = 256

// Around looks where the laptop stands; the adapter named is ours and does not count.
func (kernel *Kernel) Around(own string) (Around, error) {
	links, err := kernel.handle.LinkList()
	if err != nil {
		return Around{}, fmt.Errorf("list the adapters: %w", err)
	}
	names := map[int]string{}
	var around Around
	for _, link := range links {
		attributes := link.Attrs()
		if attributes.Name == own || attributes.Flags&net.FlagUp == 0 || attributes.Flags&net.FlagLoopback != 0 {
			continue
		}
		names[attributes.Index] = attributes.Name
		if attributes.RawFlags&unix.IFF_RUNNING != 0 {
			around.Carriers = append(around.Carriers, attributes.Name)
		}
	}
	if around.Locals, err = kernel.locals(names); err != nil {
		return Around{}, err
	}
	if err := kernel.addGateways(&around, names); err != nil {
		return Around{}, err
	}
	slices.Sort(around.Carriers)
	return around, nil
}

func (kernel *Kernel) locals(names map[int]string) ([]ipc.LocalNetwork, error) {
	addresses, err := kernel.handle.AddrList(nil, netlink.FAMILY_V4)
	if err != nil {
		return nil, fmt.Errorf("list the addresses: %w", err)
	}
	var locals []ipc.LocalNetwork
	for _, address := range addresses {
		name, counts := names[address.LinkIndex]
		network := address.IPNet
		if address.Peer != nil {
			network = address.Peer
		}
		if prefix, ok := prefixOf(network); ok && counts {
			locals = append(locals, ipc.LocalNetwork{Network: prefix, Adapter: name})
		}
	}
	slices.SortFunc(locals, func(left, right ipc.LocalNetwork) int {
		return cmp.Or(cmp.Compare(left.Adapter, right.Adapter), left.Network.Addr().Compare(right.Network.Addr()),
			cmp.Compare(left.Network.Bits(), right.Network.Bits()))
	})
	locals = slices.Compact(locals)
	return locals[:min(len(locals), maxLocals)], nil
}

func (kernel *Kernel) addGateways(around *Around, names map[int]string) error {
	filter := &netlink.Route{Table: unix.RT_TABLE_MAIN}
	routes, err := kernel.handle.RouteListFiltered(netlink.FAMILY_V4, filter, netlink.RT_FILTER_TABLE|netlink.RT_FILTER_DST)
	if err != nil {
		return fmt.Errorf("list the default routes: %w", err)
	}
	slices.SortStableFunc(routes, func(left, right netlink.Route) int { return cmp.Compare(left.Priority, right.Priority) })
	for _, route := range routes {
		hop, link := route.Gw, route.LinkIndex
		if len(route.MultiPath) > 0 {
			hop, link = route.MultiPath[0].Gw, route.MultiPath[0].LinkIndex
		}
		address, ok := netip.AddrFromSlice(hop.To4())
		name, counts := names[link]
		if !ok || !counts {
			continue
		}
		around.Gateways = append(around.Gateways, address)
		if around.Gateway == nil {
			around.Gateway = &ipc.Gateway{Address: address, MAC: kernel.macOf(link, hop), Adapter: name}
		}
	}
	return nil
}

// macOf looks the neighbour up in the kernel's table; nil when it is not known. Nobody is asked.
func (kernel *Kernel) macOf(link int, address net.IP) net.HardwareAddr {
	neighbours, err := kernel.handle.NeighList(link, netlink.FAMILY_V4)
	if err != nil {
		return nil
	}
	for _, neighbour := range neighbours {
		if neighbour.IP.Equal(address) && len(neighbour.HardwareAddr) == 6 {
			return neighbour.HardwareAddr
		}
	}
	return nil
}

func prefixOf(network *net.IPNet) (netip.Prefix, bool) {
	if network == nil {
		return netip.Prefix{}, false
	}
	address, ok := netip.AddrFromSlice(network.IP.To4())
	bits, _ := network.Mask.Size()
	return netip.PrefixFrom(address, bits).Masked(), ok
}
