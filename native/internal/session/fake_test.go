package session

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"anslut/native/internal/dhcp"
	"anslut/native/internal/ipc"
	"anslut/native/internal/journal"
	"anslut/native/internal/logbook"
	"anslut/native/internal/network"
	"anslut/native/internal/openvpn"
)

// computer is a Machine that notes what is done to it. Each step may be made to fail.
type computer struct {
	mutex    sync.Mutex
	steps    []string
	fail     map[string]error
	policy   *ipc.Policy
	around   network.Around
	peers    []netip.Addr
	standing map[netip.Prefix]bool
	journal  journal.Record
	seen     func(network.Notice)
	lease    dhcp.Lease
	// leaseEnds ends Keep, stuck keeps Acquire waiting.
	leaseEnds chan error
	stuck     bool
	// carried is what went over the adapter, received and sent.
	carried  [2]uint64
	relay    *fakeChild[ipc.RelayReport]
	vpn      *fakeChild[openvpn.Event]
	released chan int
}

func newComputer() *computer {
	return &computer{
		fail: map[string]error{}, peers: []netip.Addr{netip.MustParseAddr("172.16.5.5")}, standing: map[netip.Prefix]bool{}, leaseEnds: make(chan error, 1), released: make(chan int, 1),
		lease: dhcp.Lease{Address: first.Address, Server: first.Gateway, ServerMAC: net.HardwareAddr{2, 0, 0, 0, 0, 1}, Duration: 12 * time.Hour},
		relay: newFakeChild[ipc.RelayReport](), vpn: newFakeChild[openvpn.Event](),
	}
}

// fakeChild is a relay or OpenVPN whose words the test says.
type fakeChild[Word any] struct {
	words chan Word
	mutex sync.Mutex
	ended bool
}

func newFakeChild[Word any]() *fakeChild[Word] { return &fakeChild[Word]{words: make(chan Word, 32)} }

// say lets the child say something, unless it has been stopped.
func (child *fakeChild[Word]) say(word Word) {
	child.mutex.Lock()
	defer child.mutex.Unlock()
	if !child.ended {
		child.words <- word
	}
}

func (child *fakeChild[Word]) Stop() {
	child.mutex.Lock()
	defer child.mutex.Unlock()
	if !child.ended {
		child.ended = true
		close(child.words)
	}
}

func (child *fakeChild[Word]) Entry() journal.Child {
	return journal.Child{PID: 2, StartTicks: 1, Executable: "/x"}
}
func (child *fakeChild[Word]) Reports() <-chan Word { return child.words }
func (child *fakeChild[Word]) Events() <-chan Word  { return child.words }

type fakeVPN struct {
	*fakeChild[openvpn.Event]
	released chan int
}

func (vpn fakeVPN) Release(port int) { vpn.released <- port }

func (machine *computer) step(name string) error {
	machine.mutex.Lock()
	defer machine.mutex.Unlock()
	machine.steps = append(machine.steps, name)
	return machine.fail[name]
}

func (machine *computer) did(name string) bool {
	machine.mutex.Lock()
	defer machine.mutex.Unlock()
	return slices.Contains(machine.steps, name)
}

func (machine *computer) Adapter() string                 { return "anslut0" }
func (machine *computer) Policy() (*ipc.Policy, error)    { return machine.policy, machine.step("policy") }
func (machine *computer) Around() (network.Around, error) { return machine.around, nil }
func (machine *computer) Resolvers() []netip.Addr         { return nil }
func (machine *computer) Assign(netip.Addr) error         { return machine.step("assign") }
func (machine *computer) Carried() (received, sent uint64, err error) {
	machine.mutex.Lock()
	defer machine.mutex.Unlock()
	return machine.carried[0], machine.carried[1], nil
}
func (machine *computer) Blank() journal.Record {
	return journal.Record{BootID: "x", Adapter: "anslut0"}
}
func (machine *computer) RemoveAdapter() error { return machine.step("removeAdapter") }
func (machine *computer) Forget() error        { return machine.step("forget") }
func (machine *computer) Introduce(netip.Addr, net.HardwareAddr) error {
	return machine.step("introduce")
}

func (machine *computer) CreateAdapter(network.Kind, net.HardwareAddr) error {
	return machine.step("createAdapter")
}

func (machine *computer) Remember(record journal.Record) error {
	machine.mutex.Lock()
	machine.journal = record
	machine.mutex.Unlock()
	return machine.step("remember")
}

func (machine *computer) SetRoutes(_ netip.Addr, wanted []network.Route) ([]error, error) {
	err := machine.step("setRoutes")
	machine.mutex.Lock()
	defer machine.mutex.Unlock()
	clear(machine.standing)
	for _, route := range wanted {
		if !slices.Contains(machine.journal.Routes, route.Network) {
			machine.steps = append(machine.steps, "a route beyond the journal")
		}
		machine.standing[route.Network] = true
	}
	return make([]error, len(wanted)), err
}

func (machine *computer) ChangeRoutes(_ netip.Addr, add []network.Route, remove []netip.Prefix) ([]error, error) {
	err := machine.step("changeRoutes")
	machine.mutex.Lock()
	defer machine.mutex.Unlock()
	for _, network := range remove {
		delete(machine.standing, network)
	}
	for _, route := range add {
		machine.standing[route.Network] = true
	}
	for standing := range machine.standing {
		if !slices.Contains(machine.journal.Routes, standing) {
			machine.steps = append(machine.steps, "a route beyond the journal")
		}
	}
	return make([]error, len(add)), err
}

func (machine *computer) Peers() ([]netip.Addr, error) {
	machine.mutex.Lock()
	defer machine.mutex.Unlock()
	return machine.peers, nil
}

func (machine *computer) Routes() (map[netip.Prefix]bool, error) { return machine.standing, nil }

func (machine *computer) Watch(_ context.Context, seen func(network.Notice)) error {
	machine.seen = seen
	return machine.step("watch")
}

func (machine *computer) StartRelay(ipc.RelayStart, Log) (Relay, error) {
	if err := machine.step("startRelay"); err != nil {
		return nil, err
	}
	return machine.relay, nil
}

func (machine *computer) StartOpenVPN(network.Kind, openvpn.Material, Log) (OpenVPN, error) {
	if err := machine.step("startOpenVPN"); err != nil {
		return nil, err
	}
	return fakeVPN{machine.vpn, machine.released}, nil
}

func (machine *computer) Acquire(ctx context.Context, _ dhcp.Request) (dhcp.Lease, error) {
	err := machine.step("acquire")
	if machine.stuck {
		<-ctx.Done()
		return dhcp.Lease{}, ctx.Err()
	}
	return machine.lease, err
}

func (machine *computer) Keep(ctx context.Context, _ dhcp.Request, lease dhcp.Lease, renewed func(dhcp.Lease)) error {
	renewed(lease)
	select {
	case <-ctx.Done():
		return machine.step("releaseLease")
	case err := <-machine.leaseEnds:
		return err
	}
}

var (
	first  = sliceOf("10.77.0.0/20", "10.77.0.17", "10.77.0.1")
	second = sliceOf("10.99.0.0/20", "10.99.0.17", "10.99.0.1")
)

func sliceOf(network, address, gateway string) ipc.Slice {
	return ipc.Slice{
		Network: netip.MustParsePrefix(network), Address: netip.MustParseAddr(address), Gateway: netip.MustParseAddr(gateway),
	}
}

var ticket = sync.OnceValue(func() ipc.Connect {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return ipc.Connect{
		ID: 1, Ticket: "T-1", Ways: []ipc.Way{{Host: "172.16.4.4", Port: 443}},
		Server: ipc.Server{
			Name: "tunnel.test", Authority: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
			ClientKey: string(pem.EncodeToMemory(&pem.Block{Type: "OpenVPN tls-crypt-v2 client key", Bytes: make([]byte, 600)})),
		},
		Credentials: ipc.Credentials{Username: "T-1", Password: "one time"},
		Addressing:  ipc.DHCP{MAC: net.HardwareAddr{2, 0xa5, 0, 0, 0, 0x11}, Offer: []ipc.Slice{first, second}},
	}
})

// agent is a connection.
type agent struct {
	uid   uint32
	mutex sync.Mutex
	heard []ipc.Happening
}

func (agent *agent) UID() uint32 { return agent.uid }

func (agent *agent) Notify(happening ipc.Happening) {
	agent.mutex.Lock()
	defer agent.mutex.Unlock()
	agent.heard = append(agent.heard, happening)
}

// heardOf gives the events of one type that a connection heard.
func heardOf[Want ipc.Happening](agent *agent) []Want {
	agent.mutex.Lock()
	defer agent.mutex.Unlock()
	var list []Want
	for _, happening := range agent.heard {
		if wanted, fits := happening.(Want); fits {
			list = append(list, wanted)
		}
	}
	return list
}

func newManager(machine *computer) *Manager { return New(machine, logbook.New(io.Discard)) }

// dialUp brings a tunnel up.
func dialUp(t *testing.T, manager *Manager, machine *computer, tech *agent) {
	t.Helper()
	wait := manager.Connect(tech, ticket())
	machine.relay.say(ipc.RelayListening{Port: 40001})
	<-machine.released
	machine.relay.say(ipc.RelayWon{Way: 0, ElapsedMs: 5})
	machine.vpn.say(openvpn.Connected{})
	if failure := wait(); failure != nil {
		t.Fatal(failure)
	}
}
