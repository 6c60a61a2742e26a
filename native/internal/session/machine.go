// Package session owns the one tunnel of this computer: who may say what about it, and its life from the first process to the
// last thing undone. What is done to the computer is behind Machine, so that the life can be tested by the second.
package session

import (
	"context"
	"net"
	"net/netip"

	"anslut/native/internal/dhcp"
	"anslut/native/internal/ipc"
	"anslut/native/internal/journal"
	"anslut/native/internal/network"
	"anslut/native/internal/openvpn"
)

// Machine is all that a tunnel does to the computer, on its one adapter.
type Machine interface {
	// Adapter is the adapter's name.
	Adapter() string
	// Policy gives the administrator's file, nil if there is none. An error means that there is one that cannot be trusted.
	Policy() (*ipc.Policy, error)

	Around() (network.Around, error)
	Resolvers() []netip.Addr
	// Peers gives what the relay is connected to.
	Peers() ([]netip.Addr, error)

	CreateAdapter(kind network.Kind, mac net.HardwareAddr) error
	RemoveAdapter() error
	Assign(address netip.Addr) error
	// Carried gives the bytes that went over the adapter since it was made; an error without one.
	Carried() (received, sent uint64, err error)
	Introduce(gateway netip.Addr, mac net.HardwareAddr) error
	SetRoutes(source netip.Addr, wanted []network.Route) ([]error, error)
	ChangeRoutes(source netip.Addr, add []network.Route, remove []netip.Prefix) ([]error, error)
	Routes() (map[netip.Prefix]bool, error)
	Watch(ctx context.Context, seen func(network.Notice)) error

	StartRelay(start ipc.RelayStart, log Log) (Relay, error)
	StartOpenVPN(kind network.Kind, material openvpn.Material, log Log) (OpenVPN, error)
	Acquire(ctx context.Context, request dhcp.Request) (dhcp.Lease, error)
	Keep(ctx context.Context, request dhcp.Request, lease dhcp.Lease, renewed func(dhcp.Lease)) error

	// Blank gives a record of this boot and adapter, still empty.
	Blank() journal.Record
	Remember(record journal.Record) error
	Forget() error
}

// Log takes lines of a tunnel.
type Log func(level ipc.Level, text string)

// Relay is a running relay. Reports is closed when it has ended; Stop ends it and waits.
type Relay interface {
	Reports() <-chan ipc.RelayReport
	Entry() journal.Child
	Stop()
}

// OpenVPN is a running OpenVPN in hold. Events is closed behind its last one; Stop ends it and waits.
type OpenVPN interface {
	Release(port int)
	Events() <-chan openvpn.Event
	Entry() journal.Child
	Stop()
}

// Client is one connection of a user. Notify must not block.
type Client interface {
	UID() uint32
	Notify(happening ipc.Happening)
}
