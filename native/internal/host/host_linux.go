package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"anslut/native/internal/child"
	"anslut/native/internal/dhcp"
	"anslut/native/internal/ipc"
	"anslut/native/internal/journal"
	"anslut/native/internal/logbook"
	"anslut/native/internal/network"
	"anslut/native/internal/openvpn"
	"anslut/native/internal/policy"
	"anslut/native/internal/session"
)

// Host is this computer. It implements session.Machine.
type Host struct {
	places  Places
	kernel  *network.Kernel
	journal *journal.Journal
	book    *logbook.Logbook
	boot    string
}

var _ session.Machine = (*Host)(nil)

// Open takes the computer as it is.
func Open(places Places, book *logbook.Logbook) (*Host, error) {
	boot, err := journal.BootID()
	if err != nil {
		return nil, err
	}
	records, err := journal.Open(places.Journal)
	if err != nil {
		return nil, err
	}
	kernel, err := network.Open()
	if err != nil {
		return nil, err
	}
	return &Host{places: places, kernel: kernel, journal: records, book: book, boot: boot}, nil
}

// Close gives the netlink socket back.
func (host *Host) Close() { host.kernel.Close() }

// user is looked up each time: it may be made while the helper runs.
func (host *Host) user() (child.User, error) { return child.Lookup(host.places.VPNUser) }

// Adapter is the name of the one adapter.
func (host *Host) Adapter() string { return host.places.Adapter }

// Policy reads the administrator's file anew, so that a change counts from the next dial on.
func (host *Host) Policy() (*ipc.Policy, error) { return policy.Load(host.places.Policy) }

// Around looks where the laptop stands.
func (host *Host) Around() (network.Around, error) { return host.kernel.Around(host.places.Adapter) }

// Resolvers gives the DNS servers.
func (host *Host) Resolvers() []netip.Addr { return network.Resolvers() }

// Peers gives what the VPN user's programs are connected to.
func (host *Host) Peers() ([]netip.Addr, error) {
	user, err := host.user()
	if err != nil {
		return nil, err
	}
	return network.Peers(user.UID)
}

// CreateAdapter makes the adapter for the VPN user.
func (host *Host) CreateAdapter(kind network.Kind, mac net.HardwareAddr) error {
	user, err := host.user()
	if err != nil {
		return err
	}
	return host.kernel.Create(network.Adapter{Name: host.places.Adapter, Kind: kind, MAC: mac, Owner: user.UID})
}

// RemoveAdapter takes the adapter away with all that stands on it.
func (host *Host) RemoveAdapter() error {
	user, err := host.user()
	if err != nil {
		return err
	}
	return host.kernel.Remove(host.places.Adapter, user.UID)
}

// Assign gives the adapter its address.
func (host *Host) Assign(address netip.Addr) error {
	return host.kernel.Assign(host.places.Adapter, address)
}

// Carried gives the bytes that went over the adapter.
func (host *Host) Carried() (received, sent uint64, err error) {
	return host.kernel.Carried(host.places.Adapter)
}

// Introduce names the gateway's MAC.
func (host *Host) Introduce(gateway netip.Addr, mac net.HardwareAddr) error {
	return host.kernel.Introduce(host.places.Adapter, gateway, mac)
}

// SetRoutes makes the adapter's routes what is wanted.
func (host *Host) SetRoutes(source netip.Addr, wanted []network.Route) ([]error, error) {
	return host.kernel.SetRoutes(host.places.Adapter, source, wanted)
}

// ChangeRoutes sets and removes routes of the adapter and leaves the others alone.
func (host *Host) ChangeRoutes(source netip.Addr, add []network.Route, remove []netip.Prefix) ([]error, error) {
	return host.kernel.ChangeRoutes(host.places.Adapter, source, add, remove)
}

// Routes gives the adapter's routes.
func (host *Host) Routes() (map[netip.Prefix]bool, error) {
	return host.kernel.Routes(host.places.Adapter)
}

// Watch tells of changes.
func (host *Host) Watch(ctx context.Context, seen func(network.Notice)) error {
	return host.kernel.Watch(ctx, host.places.Adapter, seen)
}

// StartOpenVPN starts OpenVPN in hold.
func (host *Host) StartOpenVPN(kind network.Kind, material openvpn.Material, log session.Log) (session.OpenVPN, error) {
	user, err := host.user()
	if err != nil {
		return nil, err
	}
	forget := func() {}
	process, err := openvpn.Start(openvpn.Launch{
		Executable: host.places.Openvpn, Directory: host.places.ChildDirectory, User: user, Adapter: host.places.Adapter,
		Kind: kind, Log: log, Secret: func(text string) { forget = host.book.Hide(text) },
	}, material)
	if err != nil {
		forget()
		return nil, err
	}
	return forgetful{process, forget}, nil
}

// forgetful drops the management password from the logbook's secrets when nobody can use it any more.
type forgetful struct {
	*openvpn.Process
	forget func()
}

func (process forgetful) Stop() {
	process.Process.Stop()
	process.forget()
}

// Acquire asks for a lease.
func (host *Host) Acquire(ctx context.Context, request dhcp.Request) (dhcp.Lease, error) {
	return dhcp.Acquire(ctx, request)
}

// Keep prolongs a lease until the context ends.
func (host *Host) Keep(ctx context.Context, request dhcp.Request, lease dhcp.Lease, renewed func(dhcp.Lease)) error {
	return dhcp.Keep(ctx, request, lease, renewed)
}

// Blank gives an empty record of this boot.
func (host *Host) Blank() journal.Record {
	record := journal.Record{BootID: host.boot, Adapter: host.places.Adapter}
	if user, err := host.user(); err == nil {
		record.Owner = user.UID
	}
	return record
}

// Remember writes the record to the disk.
func (host *Host) Remember(record journal.Record) error { return host.journal.Write(record) }

// Forget says that nothing is left to undo.
func (host *Host) Forget() error { return host.journal.Clear() }

// Replay undoes what an earlier run left behind. The journal is kept when something could not be undone.
func (host *Host) Replay() error {
	record, unreadable := host.journal.Read()
	if unreadable != nil && !errors.Is(unreadable, journal.ErrUnreadable) {
		return unreadable
	}
	if unreadable != nil {
		host.note(ipc.LevelError, unreadable.Error())
		if user, err := host.user(); err == nil {
			record.Owner = user.UID
		}
		return host.kernel.Sweep(host.places.Adapter, record.Owner)
	}
	if record.Entries() == 0 {
		return nil
	}
	host.note(ipc.LevelWarn, fmt.Sprintf("an earlier run left %d things behind", record.Entries()))
	killed, err := journal.Kill(record)
	if err != nil {
		return fmt.Errorf("end what an earlier run started: %w", err)
	}
	if err := host.kernel.Sweep(record.Adapter, record.Owner); err != nil && !errors.Is(err, network.ErrForeign) {
		return fmt.Errorf("undo an earlier run: %w", err)
	}
	host.note(ipc.LevelInfo, fmt.Sprintf("undone; %d processes had to be ended", killed))
	return host.journal.Clear()
}

// Cleanup undoes everything for an uninstall.
func (host *Host) Cleanup() error {
	return errors.Join(host.Replay(), host.journal.ForgetUnreadable())
}

func (host *Host) note(level ipc.Level, text string) { host.book.Add(logbook.Nobody, level, text) }

// Diagnose looks whether there is all that a tunnel needs. hasTunnel says that the journal's entries are a living tunnel's.
func (host *Host) Diagnose(version string, hasTunnel bool) ipc.Diagnosis {
	diagnosis := ipc.Diagnosis{Version: version, TunDevice: tunUsable(), Clock: time.Now()}
	user, err := host.user()
	diagnosis.VpnUser = err == nil
	if err == nil {
		if found, err := openvpn.Version(host.places.Openvpn, user); err == nil {
			diagnosis.Openvpn = &found
		}
	}
	if found, err := host.Policy(); err != nil {
		diagnosis.Policy = &ipc.PolicyHealth{Detail: ipc.Shorten(err.Error(), 2000)}
	} else if found != nil {
		diagnosis.Policy = &ipc.PolicyHealth{Valid: true}
	}
	if record, err := host.journal.Read(); err == nil && !hasTunnel {
		diagnosis.Leftovers = record.Entries()
	}
	if host.journal.HasUnreadable() {
		diagnosis.Leftovers++
	}
	return diagnosis
}

// tunUsable tells whether the VPN user may open the TUN device: udev makes it 0666.
func tunUsable() bool {
	info, err := os.Stat(network.TunDevice)
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Mode().Perm()&0o006 == 0o006
}
