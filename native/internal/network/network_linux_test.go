package network

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"anslut/native/internal/labtest"
)

func TestMain(m *testing.M) { labtest.Main(m) }

const (
	adapterName = "anslut0"
	owner       = 64_123
)

var (
	mac     = net.HardwareAddr{0x02, 0xa5, 0, 0, 0, 0x11}
	address = netip.MustParseAddr("10.77.0.17")
	gateway = netip.MustParseAddr("10.77.0.1")
)

func openKernel(t testing.TB) *Kernel {
	t.Helper()
	labtest.Need(t, "ip")
	kernel, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kernel.Close)
	return kernel
}

func makeAdapter(t testing.TB, kernel *Kernel, kind Kind) {
	t.Helper()
	if err := kernel.Create(Adapter{Name: adapterName, Kind: kind, MAC: mac, Owner: owner}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kernel.Remove(adapterName, owner); err != nil {
			t.Error(err)
		}
	})
	if err := kernel.Assign(adapterName, address); err != nil {
		t.Fatal(err)
	}
}

func throughGateway(networks ...string) []Route {
	routes := []Route{{Network: netip.PrefixFrom(gateway, 32)}}
	for _, network := range networks {
		routes = append(routes, Route{netip.MustParsePrefix(network), gateway})
	}
	return routes
}

func TestAnAdapterIsMadeAndTakenAwayWithAllThatStandsOnIt(t *testing.T) {
	kernel := openKernel(t)
	makeAdapter(t, kernel, TAP)
	shown := labtest.Run(t, "ip -d addr show anslut0")
	for _, want := range []string{"tap", "user 64123", "persist on", "02:a5:00:00:00:11", "inet 10.77.0.17/32"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is missing in:\n%s", want, shown)
		}
	}
	if strings.Contains(shown, "inet6") {
		t.Errorf("it speaks IPv6:\n%s", shown)
	}
	if _, err := kernel.SetRoutes(adapterName, address, throughGateway("10.77.0.0/20", "192.168.0.0/24")); err != nil {
		t.Fatal(err)
	}
	if err := kernel.Introduce(adapterName, gateway, net.HardwareAddr{2, 0, 0, 0, 0, 1}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := kernel.Remove(adapterName, owner); err != nil {
			t.Fatal(err)
		}
	}
	if rest := labtest.Run(t, "ip route show proto 177"); rest != "" || kernel.Exists(adapterName) {
		t.Errorf("left behind: %q", rest)
	}
}

func TestALeftoverOfOursIsReplacedAndAForeignAdapterIsNot(t *testing.T) {
	kernel := openKernel(t)
	makeAdapter(t, kernel, TAP)
	makeAdapter(t, kernel, TUN)
	if shown := labtest.Run(t, "ip -d link show anslut0"); !strings.Contains(shown, "tun type tun") {
		t.Errorf("not replaced:\n%s", shown)
	}
	if err := kernel.Remove(adapterName, owner+1); !errors.Is(err, ErrForeign) {
		t.Errorf("another's adapter: %v", err)
	}
	if err := kernel.Remove("lo", owner); !errors.Is(err, ErrForeign) {
		t.Errorf("loopback: %v", err)
	}
}

func TestRoutesBecomeWhatIsWanted(t *testing.T) {
	kernel := openKernel(t)
	makeAdapter(t, kernel, TAP)
	set := func(networks ...string) {
		t.Helper()
		failures, err := kernel.SetRoutes(adapterName, address, throughGateway(networks...))
		if err := errors.Join(append(failures, err)...); err != nil {
			t.Fatal(err)
		}
	}
	shown := func() string { return labtest.Run(t, "ip route show proto 177") }
	set("192.168.0.0/24", "192.168.7.0/24", "192.168.7.0/24")
	set("192.168.0.0/24", "192.168.7.0/24")
	if got := shown(); strings.Count(got, "\n") != 3 || !strings.Contains(got, "192.168.7.0/24 via 10.77.0.1 dev anslut0") ||
		!strings.Contains(got, "10.77.0.1 dev anslut0 scope link") || !strings.Contains(got, "src 10.77.0.17") {
		t.Errorf("got:\n%s", got)
	}
	set("192.168.8.0/24")
	if got := shown(); strings.Contains(got, "192.168.7.0") || !strings.Contains(got, "192.168.8.0/24") {
		t.Errorf("got:\n%s", got)
	}
	if failures, err := kernel.SetRoutes(adapterName, address, nil); err != nil || len(failures) != 0 || shown() != "" {
		t.Errorf("left: %s, %v", shown(), err)
	}
}

func TestARouteThatStoodBeforeStays(t *testing.T) {
	kernel := openKernel(t)
	host := labtest.NewHost(t)
	host.Cable("eth0", "172.31.0.2/24", "172.31.0.1/24")
	labtest.Run(t, "ip route add 192.168.5.0/24 via 172.31.0.1")
	makeAdapter(t, kernel, TAP)
	failures, err := kernel.SetRoutes(adapterName, address, throughGateway("192.168.5.0/24", "192.168.6.0/24"))
	if err != nil {
		t.Fatal(err)
	}
	if !errors.Is(failures[1], unix.EEXIST) || failures[2] != nil {
		t.Errorf("got %v", failures)
	}
	if _, err := kernel.SetRoutes(adapterName, address, nil); err != nil {
		t.Fatal(err)
	}
	if err := kernel.Sweep(adapterName, owner); err != nil {
		t.Fatal(err)
	}
	if got := labtest.Run(t, "ip route show 192.168.5.0/24"); !strings.Contains(got, "via 172.31.0.1") {
		t.Errorf("it is gone: %q", got)
	}
}

func TestASweepTakesRoutesOfOursFromAnyAdapter(t *testing.T) {
	kernel := openKernel(t)
	labtest.NewHost(t).Cable("eth0", "172.31.0.2/24", "172.31.0.1/24")
	labtest.Run(t, "ip route add 192.168.5.0/24 via 172.31.0.1 proto 177")
	labtest.Run(t, "ip route add 192.168.6.0/24 via 172.31.0.1 proto static")
	if err := kernel.Sweep(adapterName, owner); err != nil {
		t.Fatal(err)
	}
	if got := labtest.Run(t, "ip route show"); strings.Contains(got, "192.168.5.0") || !strings.Contains(got, "192.168.6.0") {
		t.Errorf("got:\n%s", got)
	}
}

func TestTheLaptopsOwnNetworksAndGatewayAreSeen(t *testing.T) {
	kernel := openKernel(t)
	host := labtest.NewHost(t)
	host.Cable("eth0", "192.168.1.20/24", "192.168.1.1/24")
	labtest.Run(t, "ip route add default via 192.168.1.1 metric 100")
	labtest.Run(t, "ip neigh replace 192.168.1.1 lladdr 02:00:00:00:00:01 dev eth0")
	makeAdapter(t, kernel, TAP)
	around, err := kernel.Around(adapterName)
	if err != nil {
		t.Fatal(err)
	}
	if len(around.Locals) != 1 || around.Locals[0].Network.String() != "192.168.1.0/24" || around.Locals[0].Adapter != "eth0" {
		t.Errorf("locals %v", around.Locals)
	}
	if around.Gateway == nil || around.Gateway.Address.String() != "192.168.1.1" ||
		around.Gateway.MAC.String() != "02:00:00:00:00:01" {
		t.Errorf("gateway %+v", around.Gateway)
	}
	again, err := kernel.Around(adapterName)
	if err != nil || !around.Equal(again) {
		t.Errorf("a second look differs: %+v, %v", again, err)
	}
	// The kernel tells of a carrier when it finds the time (linkwatch), so the notice is awaited.
	notices := make(chan Notice, 64)
	if err := kernel.Watch(t.Context(), adapterName, func(notice Notice) { notices <- notice }); err != nil {
		t.Fatal(err)
	}
	host.Run("ip link set eth0 down")
	for limit := time.After(30 * time.Second); ; {
		select {
		case <-notices:
			if pulled, err := kernel.Around(adapterName); err == nil && !around.Equal(pulled) {
				return
			}
		case <-limit:
			t.Fatal("a pulled cable is not seen")
		}
	}
}

func TestAWatchTellsWhoseRouteIsGoneAndThatTheCableIsOut(t *testing.T) {
	kernel := openKernel(t)
	host := labtest.NewHost(t)
	host.Cable("eth0", "192.168.1.20/24", "192.168.1.1/24")
	makeAdapter(t, kernel, TAP)
	if _, err := kernel.SetRoutes(adapterName, address, throughGateway("192.168.7.0/24")); err != nil {
		t.Fatal(err)
	}
	notices := make(chan Notice, 64)
	if err := kernel.Watch(t.Context(), adapterName, func(notice Notice) { notices <- notice }); err != nil {
		t.Fatal(err)
	}
	expect := func(what, command string, fits func(Notice) bool) {
		t.Helper()
		labtest.Run(t, command)
		limit := time.After(30 * time.Second)
		for {
			select {
			case notice := <-notices:
				if fits(notice) {
					return
				}
			case <-limit:
				t.Fatalf("nothing was told about %s", what)
			}
		}
	}
	gone := netip.MustParsePrefix("192.168.7.0/24")
	expect("a removed route", "ip route del 192.168.7.0/24", func(notice Notice) bool { return slices.Contains(notice.Gone, gone) })
	expect("our adapter", "ip link set anslut0 down", func(notice Notice) bool { return notice.Own })
	expect("a new address", "ip addr add 192.168.9.1/24 dev eth0", func(notice Notice) bool { return notice.Around })
	expect("a new gateway", "ip route add default via 192.168.1.1", func(notice Notice) bool { return notice.Around })
	expect("a cable", "ip link set eth0 down", func(notice Notice) bool { return notice.Around })
}

func TestTwoThousandRoutesAreSetAndOneOfThemChanged(t *testing.T) {
	kernel := openKernel(t)
	makeAdapter(t, kernel, TAP)
	var networks []string
	for index := range 2000 {
		networks = append(networks, fmt.Sprintf("10.%d.%d.0/24", 100+index/250, index%250))
	}
	failures, err := kernel.SetRoutes(adapterName, address, throughGateway(networks...))
	if err := errors.Join(append(failures, err)...); err != nil {
		t.Fatal(err)
	}
	gone := []netip.Prefix{netip.MustParsePrefix(networks[7]), netip.MustParsePrefix("192.168.5.0/24")}
	failures, err = kernel.ChangeRoutes(adapterName, address, throughGateway("192.168.7.0/24", networks[8])[1:], gone)
	if err != nil || failures[0] != nil || !errors.Is(failures[1], unix.EEXIST) {
		t.Errorf("got %v, %v", failures, err)
	}
	standing, err := kernel.Routes(adapterName)
	if err != nil {
		t.Fatal(err)
	}
	if len(standing) != 2001 || standing[gone[0]] || !standing[netip.MustParsePrefix("192.168.7.0/24")] {
		t.Errorf("%d routes stand", len(standing))
	}
}

func TestThePeersOfAUserAreWhatTheKernelSays(t *testing.T) {
	labtest.Need(t, "ip")
	host := labtest.NewHost(t)
	host.Cable("eth0", "192.168.1.20/24", "192.168.1.1/24")
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("needs openssl as a listener")
	}
	listener, err := net.Listen("tcp4", "192.168.1.20:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	caller := host.Command("openssl", "s_client", "-connect", listener.Addr().String())
	if err := caller.Start(); err != nil {
		t.Fatal(err)
	}
	connection, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	peers, err := Peers(uint32(os.Getuid()))
	if err != nil || !slices.Contains(peers, netip.MustParseAddr("192.168.1.1")) {
		t.Errorf("got %v, %v", peers, err)
	}
	if peers, err := Peers(owner); err != nil || len(peers) != 0 {
		t.Errorf("of nobody: %v, %v", peers, err)
	}
}

func TestResolversAreRead(t *testing.T) {
	got := resolversIn("# a comment\nsearch example\nnameserver 192.168.1.1\nnameserver 2001:db8::1\nnameserver\nnameserver x\n")
	if len(got) != 2 || got[0].String() != "192.168.1.1" || got[1].String() != "2001:db8::1" {
		t.Errorf("got %v", got)
	}
}

func TestAWatchEndsWithItsContext(t *testing.T) {
	kernel := openKernel(t)
	makeAdapter(t, kernel, TUN)
	ctx, cancel := context.WithCancel(t.Context())
	if err := kernel.Watch(ctx, adapterName, func(Notice) {}); err != nil {
		t.Fatal(err)
	}
	cancel()
}
