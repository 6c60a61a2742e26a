package dhcp

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"anslut/native/internal/labtest"
)

// TestMain keeps every packet and adapter of a test off the machine.
func TestMain(m *testing.M) { labtest.Main(m) }

// host is the far side of a cable, where the DHCP server stands.
type host struct {
	labtest.Host
	t *testing.T
}

func newHost(t *testing.T) host {
	t.Helper()
	labtest.Need(t, "dnsmasq")
	return host{Host: labtest.NewHost(t), t: t}
}

// cable lays a veth pair from an adapter here to tap1 of the host, with both slices' gateways on it as on an account's TAP.
func (h host) cable(name string, addresses ...string) {
	h.t.Helper()
	labtest.Run(h.t, "ip link add "+name+" type veth peer name far")
	h.t.Cleanup(func() { _ = exec.Command("ip", "link", "del", name).Run() })
	labtest.Run(h.t, "ip link set far netns "+strconv.Itoa(h.PID))
	h.Run("ip link set far name tap1")
	h.Run("ip link set tap1 up")
	for _, address := range addresses {
		h.Run("ip addr add " + address + " dev tap1")
	}
	labtest.Run(h.t, "ip link set "+name+" up")
}

// dnsmasq is a real DHCP server on tap1 of a host. Its log is read line by line.
type dnsmasq struct {
	t       *testing.T
	process *exec.Cmd
	hosts   string
	log     chan string
}

// dnsmasq starts a server with the options of README.md, ranges and rapid commit being the caller's.
func (h host) dnsmasq(hosts string, options ...string) *dnsmasq {
	h.t.Helper()
	folder := h.t.TempDir()
	d := &dnsmasq{t: h.t, hosts: filepath.Join(folder, "hosts"), log: make(chan string, 4096)}
	d.write(hosts)
	arguments := append([]string{
		"dnsmasq", "-k", "-C", "/dev/null", "--port=0", "--user=root", "--pid-file=",
		"--interface=tap*", "--except-interface=lo", "--dhcp-leasefile=" + filepath.Join(folder, "leases"),
		"--dhcp-authoritative", "--no-ping", "--dhcp-vendorclass=set:s2,anslut-2",
		"--dhcp-option=3", "--dhcp-option=6", "--dhcp-hostsfile=" + d.hosts, "--log-facility=-", "--log-dhcp",
	}, options...)
	d.process = h.Command(arguments...)
	stderr, err := d.process.StderrPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := d.process.Start(); err != nil {
		h.t.Fatal(err)
	}
	go func() {
		defer close(d.log)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			select {
			case d.log <- lines.Text():
			default: // nobody reads: the server must not stall on it
			}
		}
	}()
	d.await("read " + d.hosts)
	return d
}

func (d *dnsmasq) stop() {
	_ = d.process.Process.Kill()
	_ = d.process.Wait()
}

func (d *dnsmasq) write(hosts string) {
	d.t.Helper()
	if err := os.WriteFile(d.hosts, []byte(hosts), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// rewrite changes the static hosts of the running server.
func (d *dnsmasq) rewrite(hosts string) {
	d.t.Helper()
	d.write(hosts)
	if err := d.process.Process.Signal(syscall.SIGHUP); err != nil {
		d.t.Fatal(err)
	}
	d.await("read " + d.hosts)
}

// await reads the log up to a line with the text.
func (d *dnsmasq) await(text string) {
	d.t.Helper()
	limit := time.After(10 * time.Second)
	for {
		select {
		case line, open := <-d.log:
			if !open {
				d.t.Fatalf("dnsmasq ended before %q", text)
			}
			if strings.Contains(line, text) {
				return
			}
		case <-limit:
			d.t.Fatalf("dnsmasq never said %q", text)
		}
	}
}

// hurriedClock lets a second pass in a millisecond: dnsmasq has no lease below two minutes.
type hurriedClock struct{ begun time.Time }

func (c hurriedClock) Now() time.Time { return c.begun.Add(time.Since(c.begun) * 1000) }
func (c hurriedClock) After(d time.Duration) <-chan time.Time {
	return time.After(d / 1000)
}
