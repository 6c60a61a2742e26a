package network

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"anslut/native/internal/ipc"
)

// TunDevice is where TUN and TAP adapters are made.
const TunDevice = "/dev/net/tun"

// Kernel is this computer's network, over one netlink socket.
type Kernel struct {
	handle *netlink.Handle
}

// Open opens the network of this process's namespace.
func Open() (*Kernel, error) {
	handle, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("open netlink: %w", err)
	}
	return &Kernel{handle: handle}, nil
}

// Close closes the socket.
func (kernel *Kernel) Close() { kernel.handle.Close() }

// Create makes the adapter, persistent, up, without IPv6. A leftover of ours in its place is replaced; anything else of that
// name is ErrForeign. Persistent, because it is made by root and opened by the VPN user's OpenVPN, whose death it survives.
func (kernel *Kernel) Create(adapter Adapter) error {
	if err := kernel.Remove(adapter.Name, adapter.Owner); err != nil {
		return err
	}
	if err := makeTun(adapter); err != nil {
		return fmt.Errorf("make the adapter %s: %w", adapter.Name, err)
	}
	if err := kernel.raise(adapter); err != nil {
		return errors.Join(err, kernel.Remove(adapter.Name, adapter.Owner))
	}
	return nil
}

func makeTun(adapter Adapter) error {
	device, err := unix.Open(TunDevice, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", TunDevice, err)
	}
	defer unix.Close(device)
	request, err := unix.NewIfreq(adapter.Name)
	if err != nil {
		return err
	}
	mode := uint16(unix.IFF_TUN)
	if adapter.Kind == TAP {
		mode = unix.IFF_TAP
	}
	request.SetUint16(mode | unix.IFF_NO_PI | unix.IFF_TUN_EXCL)
	if err := unix.IoctlIfreq(device, unix.TUNSETIFF, request); err != nil {
		return fmt.Errorf("TUNSETIFF: %w", err)
	}
	if err := unix.IoctlSetInt(device, unix.TUNSETOWNER, int(adapter.Owner)); err != nil {
		return fmt.Errorf("TUNSETOWNER: %w", err)
	}
	if err := unix.IoctlSetInt(device, unix.TUNSETPERSIST, 1); err != nil {
		return fmt.Errorf("TUNSETPERSIST: %w", err)
	}
	return nil
}

func (kernel *Kernel) raise(adapter Adapter) error {
	link, err := kernel.handle.LinkByName(adapter.Name)
	if err != nil {
		return fmt.Errorf("find the adapter %s: %w", adapter.Name, err)
	}
	// Before it is up: no router advertisement of a hostile server may ever be heard.
	ipv6 := "/proc/sys/net/ipv6/conf/" + adapter.Name + "/disable_ipv6"
	if err := os.WriteFile(ipv6, []byte("1"), 0); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("switch IPv6 off on %s: %w", adapter.Name, err)
	}
	if adapter.Kind == TAP && adapter.MAC != nil {
		if err := kernel.handle.LinkSetHardwareAddr(link, adapter.MAC); err != nil {
			return fmt.Errorf("give %s its MAC: %w", adapter.Name, err)
		}
	}
	if err := kernel.handle.LinkSetUp(link); err != nil {
		return fmt.Errorf("switch %s on: %w", adapter.Name, err)
	}
	return nil
}

// Remove takes the adapter away, and with it all that stands on it. It is no error when it is not there, and ErrForeign when
// it is no TUN or TAP of this owner.
func (kernel *Kernel) Remove(name string, owner uint32) error {
	link, err := kernel.find(name)
	if err != nil || link == nil {
		return err
	}
	if tun, isTun := link.(*netlink.Tuntap); !isTun || tun.Owner != owner {
		return fmt.Errorf("remove the adapter %s: %w", name, ErrForeign)
	}
	if err := kernel.handle.LinkDel(link); err != nil {
		return fmt.Errorf("remove the adapter %s: %w", name, err)
	}
	return nil
}

// find gives the adapter, nil if there is none.
func (kernel *Kernel) find(name string) (netlink.Link, error) {
	link, err := kernel.handle.LinkByName(name)
	var missing netlink.LinkNotFoundError
	if errors.As(err, &missing) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the adapter %s: %w", name, err)
	}
	return link, nil
}

// Exists tells whether there is an adapter of that name.
func (kernel *Kernel) Exists(name string) bool {
	link, err := kernel.find(name)
	return err == nil && link != nil
}

// Carried gives the bytes that the adapter has received and sent since it was made.
func (kernel *Kernel) Carried(name string) (received, sent uint64, err error) {
	link, err := kernel.handle.LinkByName(name)
	if err != nil {
		return 0, 0, fmt.Errorf("find the adapter %s: %w", name, err)
	}
	statistics := link.Attrs().Statistics
	if statistics == nil {
		return 0, 0, fmt.Errorf("the kernel does not count on %s", name)
	}
	return statistics.RxBytes, statistics.TxBytes, nil
}

// Assign gives the adapter its address, alone (/32): what else is reached through it is set by routes, so that no netmask of
// ticket, server or DHCP captures anything.
func (kernel *Kernel) Assign(name string, address netip.Addr) error {
	link, err := kernel.handle.LinkByName(name)
	if err != nil {
		return fmt.Errorf("find the adapter %s: %w", name, err)
	}
	single := &netlink.Addr{IPNet: hostNet(address)}
	if err := kernel.handle.AddrReplace(link, single); err != nil {
		return fmt.Errorf("give %s the address %s: %w", name, address, err)
	}
	return nil
}

// Introduce tells the adapter which MAC the gateway has, which saves the round trip of asking.
func (kernel *Kernel) Introduce(name string, gateway netip.Addr, mac net.HardwareAddr) error {
	link, err := kernel.handle.LinkByName(name)
	if err != nil {
		return fmt.Errorf("find the adapter %s: %w", name, err)
	}
	neighbour := &netlink.Neigh{
		LinkIndex: link.Attrs().Index, State: netlink.NUD_PERMANENT, IP: gateway.AsSlice(), HardwareAddr: mac,
	}
	if err := kernel.handle.NeighSet(neighbour); err != nil {
		return fmt.Errorf("introduce %s to %s: %w", gateway, name, err)
	}
	return nil
}

func hostNet(address netip.Addr) *net.IPNet {
	return &net.IPNet{IP: address.AsSlice(), Mask: net.CIDRMask(32, 32)}
}

// Sweep removes what is recognisably ours without a journal: the adapter of our name and owner, and routes of our protocol.
func (kernel *Kernel) Sweep(name string, owner uint32) error {
	removal := kernel.Remove(name, owner)
	filter := &netlink.Route{Protocol: ipc.RouteProtocol}
	routes, err := kernel.handle.RouteListFiltered(netlink.FAMILY_V4, filter, netlink.RT_FILTER_PROTOCOL)
	if err != nil {
		return errors.Join(removal, fmt.Errorf("list our routes: %w", err))
	}
	for _, route := range routes {
		if err := kernel.handle.RouteDel(&route); err != nil && !errors.Is(err, unix.ESRCH) {
			removal = errors.Join(removal, fmt.Errorf("remove the route to %s: %w", route.Dst, err))
		}
	}
	return removal
}
