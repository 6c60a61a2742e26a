package dhcp

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// inNamespace marks the copy of this test program that runs in a network namespace of its own.
const inNamespace = "ANSLUT_TEST_NAMESPACE"

// TestMain runs everything once more in a network namespace of its own, so that no packet and no adapter of a test touches
// the machine. Not root: the unit tests run, the others say why they do not. The fuzzer's workers stay where they are.
func TestMain(m *testing.M) {
	if os.Geteuid() != 0 || os.Getenv(inNamespace) != "" || isFuzzing() {
		os.Exit(m.Run())
	}
	again := exec.Command("/proc/self/exe", os.Args[1:]...)
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	again.Env = append(os.Environ(), inNamespace+"=1")
	again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if err := again.Run(); err != nil {
		if again.ProcessState == nil {
			fmt.Fprintln(os.Stderr, "no network namespace:", err)
			os.Exit(m.Run())
		}
		os.Exit(max(1, again.ProcessState.ExitCode()))
	}
}

func isFuzzing() bool {
	for _, argument := range os.Args[1:] {
		if strings.HasPrefix(argument, "-test.fuzz") && !strings.HasPrefix(argument, "-test.fuzzcachedir") {
			return true
		}
	}
	return false
}

// host is a network namespace on the far side of a cable, held by a process that ends with the test.
type host struct {
	t   *testing.T
	pid int
}

func newHost(t *testing.T) host {
	t.Helper()
	if os.Getenv(inNamespace) == "" {
		t.Skip("needs root for a network namespace of its own")
	}
	if _, err := exec.LookPath("dnsmasq"); err != nil {
		t.Skip("dnsmasq is not installed (apt-get install dnsmasq-base)")
	}
	holder := exec.Command("cat")
	holder.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	stdin, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = holder.Wait()
	})
	return host{t: t, pid: holder.Process.Pid}
}

// run runs a command in the namespace.
func (h host) run(line string) {
	h.t.Helper()
	run(h.t, fmt.Sprintf("nsenter -t %d -n %s", h.pid, line))
}

func run(t *testing.T, line string) {
	t.Helper()
	words := strings.Fields(line)
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", line, err, out)
	}
}

// cable lays a veth pair from an adapter here to tap1 of the host, with both slices' gateways on it as on an account's TAP.
func (h host) cable(name string, addresses ...string) {
	h.t.Helper()
	run(h.t, "ip link add "+name+" type veth peer name far")
	h.t.Cleanup(func() { _ = exec.Command("ip", "link", "del", name).Run() })
	run(h.t, "ip link set far netns "+strconv.Itoa(h.pid))
	h.run("ip link set far name tap1")
	h.run("ip link set tap1 up")
	for _, address := range addresses {
		h.run("ip addr add " + address + " dev tap1")
	}
	run(h.t, "ip link set "+name+" up")
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
		"-t", strconv.Itoa(h.pid), "-n", "dnsmasq", "-k", "-C", "/dev/null", "--port=0", "--user=root", "--pid-file=",
		"--interface=tap*", "--except-interface=lo", "--dhcp-leasefile=" + filepath.Join(folder, "leases"),
		"--dhcp-authoritative", "--no-ping", "--dhcp-vendorclass=set:s2,anslut-2",
		"--dhcp-option=3", "--dhcp-option=6", "--dhcp-hostsfile=" + d.hosts, "--log-facility=-", "--log-dhcp",
	}, options...)
	d.process = exec.Command("nsenter", arguments...)
	d.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
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
	h.t.Cleanup(d.stop)
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
