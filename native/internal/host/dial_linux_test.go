package host

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"anslut/native/internal/ipc"
	"anslut/native/internal/labtest"
	"anslut/native/internal/logbook"
	"anslut/native/internal/relay"
	"anslut/native/internal/session"
)

const (
	vpnUser = "anslut-vpn"
	vpnUID  = 64_123
)

// TestMain is the relay when the helper starts us as one.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "relay" {
		os.Exit(relay.Main(os.Stdin, os.Stdout))
	}
	labtest.Main(m)
}

func sliceOf(network, address, gateway string) ipc.Slice {
	return ipc.Slice{
		Network: netip.MustParsePrefix(network), Address: netip.MustParseAddr(address), Gateway: netip.MustParseAddr(gateway),
	}
}

// laptop is a helper without its socket.
type laptop struct {
	*Host
	manager *session.Manager
	places  Places
	log     *lockedBuffer
}

type lockedBuffer struct {
	mutex sync.Mutex
	bytes.Buffer
}

func (buffer *lockedBuffer) Write(text []byte) (int, error) {
	buffer.mutex.Lock()
	defer buffer.mutex.Unlock()
	return buffer.Buffer.Write(text)
}

func (buffer *lockedBuffer) text() string {
	buffer.mutex.Lock()
	defer buffer.mutex.Unlock()
	return buffer.String()
}

func newLaptop(t testing.TB) *laptop {
	t.Helper()
	labtest.Need(t, "ip", "openvpn")
	labtest.User(t, vpnUser, vpnUID)
	folder := t.TempDir()
	// The VPN user must be able to walk to its run directory.
	for parent := folder; parent != "/"; parent = filepath.Dir(parent) {
		if info, err := os.Stat(parent); err == nil && info.Mode().Perm()&0o001 == 0 {
			if err := os.Chmod(parent, info.Mode().Perm()|0o011); err != nil {
				t.Fatal(err)
			}
		}
	}
	places := Installed
	places.ChildDirectory = filepath.Join(folder, "openvpn")
	places.Journal = filepath.Join(folder, "state", "journal.json")
	places.Policy = filepath.Join(folder, "policy.json")
	log := &lockedBuffer{}
	book := logbook.New(io.MultiWriter(log))
	computer, err := Open(places, book)
	if err != nil {
		t.Fatal(err)
	}
	machine := &laptop{Host: computer, manager: session.New(computer, book), places: places, log: log}
	t.Cleanup(func() {
		machine.manager.Stop()
		computer.Close()
		if t.Failed() {
			t.Logf("the helper said:\n%s", log.text())
		}
		for _, secret := range []string{`p\ss`, `p\\ss`, "PRIVATE KEY-----", "client key-----"} {
			if strings.Contains(log.text(), secret) {
				t.Errorf("%q stands in the log", secret)
			}
		}
	})
	return machine
}

// caller is a connection of a user.
type caller struct {
	uid    uint32
	events chan ipc.Happening
}

func newCaller(uid uint32) *caller { return &caller{uid: uid, events: make(chan ipc.Happening, 4096)} }

func (caller *caller) UID() uint32                    { return caller.uid }
func (caller *caller) Notify(happening ipc.Happening) { caller.events <- happening }

// await gives the first event of a type.
func await[Want ipc.Happening](t testing.TB, caller *caller) Want {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		select {
		case happening := <-caller.events:
			if wanted, fits := happening.(Want); fits {
				return wanted
			}
		case <-limit:
			var want Want
			t.Fatalf("no %T came", want)
		}
	}
}

// assertNothingLeft looks from outside: kernel, processes, files.
func (machine *laptop) assertNothingLeft(t testing.TB) {
	t.Helper()
	if rest := labtest.Run(t, "ip route show proto 177"); rest != "" {
		t.Errorf("routes are left:\n%s", rest)
	}
	if _, err := exec.Command("ip", "link", "show", machine.places.Adapter).Output(); err == nil {
		t.Error("the adapter is left")
	}
	if left := processesOf(t, vpnUID); len(left) > 0 {
		t.Errorf("processes are left: %q", left)
	}
	if _, err := os.Stat(machine.places.Journal); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the journal is left: %v", err)
	}
	if entries, err := os.ReadDir(machine.places.ChildDirectory); err == nil && len(entries) > 0 {
		t.Errorf("files are left: %v", entries)
	}
}

// processesOf gives the command lines of a uid's processes.
func processesOf(t testing.TB, uid int) []string {
	t.Helper()
	var found []string
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		status, err := os.ReadFile(folder + "/status")
		if err != nil || !strings.Contains(string(status), fmt.Sprintf("\nUid:\t%d\t", uid)) {
			continue
		}
		if line, err := os.ReadFile(folder + "/cmdline"); err == nil && len(line) > 0 {
			found = append(found, filepath.Base(folder)+" "+strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}

func (machine *laptop) dial(t testing.TB, far *portal, change func(*ipc.Connect)) (*caller, *ipc.Failure) {
	t.Helper()
	request := far.request(t)
	if change != nil {
		change(&request)
	}
	tech := newCaller(1000)
	return tech, machine.manager.Connect(tech, request)()
}

func TestADialReachesAMachineAndLeavesNothingBehind(t *testing.T) {
	machine, far := newLaptop(t), newPortal(t, settings{kind: "tap", name: serverName, hosts: usualHosts})
	before := labtest.Run(t, "ip route show")
	tech, failure := machine.dial(t, far, nil)
	if failure != nil {
		t.Fatal(failure)
	}
	won, secured, address := await[ipc.WayWon](t, tech), await[ipc.Secured](t, tech), await[ipc.Addressed](t, tech)
	t.Logf("way won %d ms, secured %d ms, addressed %d ms", won.ElapsedMs, secured.ElapsedMs, address.ElapsedMs)
	if address.Slice.Address.String() != "10.77.0.17" || address.LeaseSeconds == nil || *address.LeaseSeconds != 43_200 {
		t.Errorf("addressed %+v", address)
	}
	results, failure := machine.manager.SetRoutes(tech, []netip.Prefix{
		netip.MustParsePrefix("192.168.0.0/24"), netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("192.168.1.0/24"),
		netip.MustParsePrefix("192.168.1.1/32"),
	})
	if failure != nil {
		t.Fatal(failure)
	}
	for index, want := range []ipc.RouteState{ipc.RouteSet, ipc.RouteRefused, ipc.RouteRefused, ipc.RouteRefused} {
		if got := results.Routes[index]; got.State != want {
			t.Errorf("%s: got %+v", got.Network, got)
		}
	}
	labtest.Run(t, "ping -c 1 -W 2 192.168.0.10")
	shown := labtest.Run(t, "ip route show proto 177")
	if strings.Count(shown, "\n") != 3 || !strings.Contains(shown, "10.77.0.0/20 via 10.77.0.1 dev anslut0") {
		t.Errorf("routes:\n%s", shown)
	}
	status, err := machine.manager.Status(tech)
	if err != nil || status.Tunnel == nil || status.Tunnel.Phase != ipc.PhaseUp || len(status.Tunnel.Networks) != 1 ||
		len(status.LocalNetworks) != 1 || status.Gateway == nil {
		t.Errorf("status %+v, %v", status, err)
	}
	if failure := machine.manager.Disconnect(tech); failure != nil {
		t.Fatal(failure)
	}
	if closed := await[ipc.Closed](t, tech); closed.Cause != nil {
		t.Errorf("closed %+v", closed)
	}
	machine.assertNothingLeft(t)
	if after := labtest.Run(t, "ip route show"); after != before {
		t.Errorf("routes before:\n%safter:\n%s", before, after)
	}
}

func TestTheChildrenAreNobody(t *testing.T) {
	machine, far := newLaptop(t), newPortal(t, settings{kind: "tap", name: serverName, hosts: usualHosts})
	if _, failure := machine.dial(t, far, nil); failure != nil {
		t.Fatal(failure)
	}
	children := processesOf(t, vpnUID)
	if len(children) != 2 {
		t.Fatalf("children: %q", children)
	}
	for _, child := range children {
		pid, line, _ := strings.Cut(child, " ")
		status, err := os.ReadFile("/proc/" + pid + "/status")
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "CapAmb:\t0000000000000000", "Groups:\t \n"} {
			if !strings.Contains(string(status), want) {
				t.Errorf("%s: %q is missing", line, want)
			}
		}
		if environment, err := os.ReadFile("/proc/" + pid + "/environ"); err != nil || len(environment) > 0 {
			t.Errorf("%s has the environment %q, %v", line, environment, err)
		}
	}
	labtest.Run(t, "test -d "+machine.places.ChildDirectory)
	if info, err := os.Stat(machine.places.ChildDirectory); err != nil || info.Mode().Perm()&0o007 != 0 {
		t.Errorf("strangers may enter the run directory: %v, %v", info.Mode(), err)
	}
}

func TestTheSecondSliceIsTakenWhereTheFirstIsLocal(t *testing.T) {
	machine, far := newLaptop(t), newPortal(t, settings{kind: "tap", name: serverName, hosts: usualHosts})
	labtest.Run(t, "ip addr add 10.77.3.1/24 dev office")
	tech, failure := machine.dial(t, far, nil)
	if failure != nil {
		t.Fatal(failure)
	}
	if address := await[ipc.Addressed](t, tech); address.Slice.Address.String() != "10.99.0.17" {
		t.Errorf("got %+v", address)
	}
	labtest.Run(t, "ping -c 1 -W 2 10.99.0.1")
	machine.manager.Disconnect(tech)
	labtest.Run(t, "ip addr add 10.99.3.1/24 dev office")
	if _, failure := machine.dial(t, far, nil); failure == nil || failure.Cause != ipc.CauseAccountOverlap {
		t.Errorf("both local: %v", failure)
	}
	machine.assertNothingLeft(t)
}

func TestARouterGetsItsPushedAddress(t *testing.T) {
	push := "ifconfig-push 10.77.8.1 255.255.240.0\npush \"route 0.0.0.0 0.0.0.0\"\npush \"redirect-gateway def1\"\npush \"dhcp-option DNS 10.77.8.0\"\n"
	machine, far := newLaptop(t), newPortal(t, settings{kind: "tun", name: serverName, push: push})
	routerise := func(address string) func(*ipc.Connect) {
		return func(request *ipc.Connect) {
			certificate, key := far.ca.issue(t, "router-1", 2) // client authentication
			request.Identity = &ipc.Identity{Certificate: certificate, PrivateKey: key}
			request.Addressing = ipc.Pushed{Offer: []ipc.Slice{sliceOf("10.77.0.0/20", address, "10.77.8.0")}}
		}
	}
	tech, failure := machine.dial(t, far, routerise("10.77.8.1"))
	if failure != nil {
		t.Fatal(failure)
	}
	address := await[ipc.Addressed](t, tech)
	t.Logf("addressed %d ms", address.ElapsedMs)
	if address.LeaseSeconds != nil {
		t.Errorf("got %+v", address)
	}
	labtest.Run(t, "ping -c 1 -W 2 10.77.8.0")
	if shown := labtest.Run(t, "ip route show default"); strings.Contains(shown, "anslut0") {
		t.Errorf("a default route was set:\n%s", shown)
	}
	machine.manager.Disconnect(tech)
	if _, failure := machine.dial(t, far, routerise("10.77.8.9")); failure == nil || failure.Cause != ipc.CauseLeaseOutside {
		t.Errorf("another address than the ticket's: %v", failure)
	}
	machine.assertNothingLeft(t)
}

func TestEveryFailureHasItsCauseAndLeavesNothingBehind(t *testing.T) {
	good := settings{kind: "tap", name: serverName, hosts: usualHosts}
	other := newAuthority(t)
	for _, test := range []struct {
		name   string
		set    func(*settings)
		change func(*ipc.Connect)
		want   ipc.Cause
	}{
		{"a ticket that the portal refuses", func(set *settings) { set.deny = "expired" }, nil, ipc.CauseTicketRefused},
		{"a server of another name", func(set *settings) { set.name = "evil.test" }, nil, ipc.CauseServerUntrusted},
		{"a server of another authority", nil, func(request *ipc.Connect) { request.Server.Authority = other.pem() }, ipc.CauseServerUntrusted},
		{"no DHCP server", func(set *settings) { set.hosts = "" }, nil, ipc.CauseNoLease},
		{"a lease of another address", func(set *settings) { set.hosts = clientMAC + ",10.77.0.99\n" }, nil, ipc.CauseLeaseOutside},
		{"a closed port", nil, func(request *ipc.Connect) { request.Ways[0].Port = 4 }, ipc.CauseNoWay},
		{"a certificate that is none", nil, func(request *ipc.Connect) { request.Server.Authority = "-----BEGIN X-----" }, ipc.CauseBadRequest},
		{"a password of two lines", nil, func(request *ipc.Connect) { request.Credentials.Password = "x\nsignal SIGTERM" }, ipc.CauseBadRequest},
		{"a slice that would capture all", nil, func(request *ipc.Connect) {
			request.Addressing = ipc.DHCP{MAC: request.Addressing.(ipc.DHCP).MAC, Offer: []ipc.Slice{sliceOf("10.0.0.0/8", "10.0.0.2", "10.0.0.1")}}
		}, ipc.CauseRouteRefused},
	} {
		t.Run(test.name, func(t *testing.T) {
			set := good
			if test.set != nil {
				test.set(&set)
			}
			machine, far := newLaptop(t), newPortal(t, set)
			_, failure := machine.dial(t, far, test.change)
			if failure == nil || failure.Cause != test.want {
				t.Errorf("got %v, want %s", failure, test.want)
			}
			machine.assertNothingLeft(t)
		})
	}
}

func TestALivingTunnelThatEndsSaysWhy(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(t *testing.T, far *portal)
		want ipc.Cause
	}{
		{"halted by the portal", func(t *testing.T, far *portal) { far.say(`client-kill 0 "HALT,ticket revoked"`) }, ipc.CauseRevoked},
		{"replaced by another dial", func(t *testing.T, far *portal) { far.say(`client-kill 0 "HALT,tunnelReplaced"`) }, ipc.CauseTunnelReplaced},
		{"asked to dial anew", func(t *testing.T, far *portal) { far.say(`client-kill 0`) }, ipc.CauseTunnelLost},
		{"server killed", func(t *testing.T, far *portal) { _ = far.vpn.Kill() }, ipc.CauseTunnelLost},
		{"openvpn killed", func(t *testing.T, far *portal) { killChild(t, "openvpn") }, ipc.CauseOpenvpnDied},
		{"relay killed", func(t *testing.T, far *portal) { killChild(t, "relay") }, ipc.CauseTunnelLost},
	} {
		t.Run(test.name, func(t *testing.T) {
			machine, far := newLaptop(t), newPortal(t, settings{kind: "tap", name: serverName, hosts: usualHosts})
			tech, failure := machine.dial(t, far, nil)
			if failure != nil {
				t.Fatal(failure)
			}
			start := time.Now()
			test.end(t, far)
			closed := await[ipc.Closed](t, tech)
			t.Logf("closed after %s: %s", time.Since(start), closed.Detail)
			if closed.Cause == nil || *closed.Cause != test.want {
				t.Errorf("got %+v, want %s", closed, test.want)
			}
			machine.assertNothingLeft(t)
		})
	}
}

func killChild(t *testing.T, program string) {
	t.Helper()
	for _, child := range processesOf(t, vpnUID) {
		if pid, line, _ := strings.Cut(child, " "); strings.Contains(line, program) {
			number, err := strconv.Atoi(pid)
			if err != nil {
				t.Fatal(err)
			}
			process, err := os.FindProcess(number)
			if err != nil {
				t.Fatal(err)
			}
			if err := process.Kill(); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("%s is not there", program)
}

func TestARouteRemovedBySomebodyElseIsToldAndSetAgain(t *testing.T) {
	machine, far := newLaptop(t), newPortal(t, settings{kind: "tap", name: serverName, hosts: usualHosts})
	tech, failure := machine.dial(t, far, nil)
	if failure != nil {
		t.Fatal(failure)
	}
	network := netip.MustParsePrefix("192.168.0.0/24")
	for range 2 {
		if results, failure := machine.manager.SetRoutes(tech, []netip.Prefix{network}); failure != nil || results.Routes[0].State != ipc.RouteSet {
			t.Fatalf("got %v, %v", results, failure)
		}
		labtest.Run(t, "ip route del 192.168.0.0/24")
		if lost := await[ipc.RoutesLost](t, tech); !slices.Equal(lost.Networks, []netip.Prefix{network}) {
			t.Errorf("lost %v", lost)
		}
	}
	labtest.Run(t, "ip addr add 172.20.0.1/24 dev office")
	await[ipc.NetworkChanged](t, tech)
}

func TestAHelperThatWasKilledIsUndoneByTheNext(t *testing.T) {
	machine, far := newLaptop(t), newPortal(t, settings{kind: "tap", name: serverName, hosts: usualHosts})
	tech, failure := machine.dial(t, far, nil)
	if failure != nil {
		t.Fatal(failure)
	}
	if _, failure := machine.manager.SetRoutes(tech, []netip.Prefix{netip.MustParsePrefix("192.168.0.0/24")}); failure != nil {
		t.Fatal(failure)
	}
	// The next helper starts on the journal of this one, which is still there.
	next, err := Open(machine.places, logbook.New(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if left := next.Diagnose("0", false).Leftovers; left == 0 {
		t.Error("nobody noticed that something is left")
	}
	for range 2 {
		if err := next.Replay(); err != nil {
			t.Fatal(err)
		}
	}
	await[ipc.Closed](t, tech)
	machine.assertNothingLeft(t)
}

func TestADialIsQuick(t *testing.T) {
	machine, far := newLaptop(t), newPortal(t, settings{kind: "tap", name: serverName, hosts: usualHosts})
	var times []time.Duration
	for range 10 {
		start := time.Now()
		tech, failure := machine.dial(t, far, nil)
		if failure != nil {
			t.Fatal(failure)
		}
		times = append(times, time.Since(start).Round(time.Millisecond))
		start = time.Now()
		machine.manager.Disconnect(tech)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("hanging up took %s", took)
		}
	}
	slices.Sort(times)
	t.Logf("request to address: %v", times)
	if times[5] > 500*time.Millisecond {
		t.Errorf("a dial takes %s", times[5])
	}
}
