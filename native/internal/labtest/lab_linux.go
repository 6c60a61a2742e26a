// Package labtest gives tests a network namespace of their own and far sides behind cables. Tests only.
package labtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// inNamespace marks the copy of a test program that runs in a namespace of its own.
const inNamespace = "ANSLUT_TEST_NAMESPACE"

// Main runs the tests of a package in network and mount namespaces of their own, so that no packet, adapter or
// mount of a test touches the machine. Not root: the unit tests run, the others say why they do not. The fuzzer's workers
// stay where they are.
func Main(m *testing.M) {
	if os.Geteuid() != 0 || os.Getenv(inNamespace) != "" || isFuzzing() {
		os.Exit(m.Run())
	}
	again := exec.Command("/proc/self/exe", os.Args[1:]...)
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	again.Env = append(os.Environ(), inNamespace+"=1")
	again.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL,
	}
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
		if strings.HasPrefix(argument, "-test.fuzz=") {
			return true
		}
	}
	return false
}

// Need skips a test that cannot run here, and says why.
func Need(t testing.TB, programs ...string) {
	t.Helper()
	if os.Getenv(inNamespace) == "" {
		t.Skip("needs root for a network namespace of its own")
	}
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("needs %s: %v", program, err)
		}
	}
	Run(t, "ip link set lo up")
}

// User makes a system user that only this program's namespace knows, and opens the TUN device to it as udev would.
func User(t testing.TB, name string, uid int) {
	t.Helper()
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		t.Fatalf("make mounts private: %v", err)
	}
	for path, line := range map[string]string{
		"/etc/passwd": fmt.Sprintf("%s:x:%d:%d::/nonexistent:/usr/sbin/nologin\n", name, uid, uid),
		"/etc/group":  fmt.Sprintf("%s:x:%d:\n", name, uid),
	} {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		own := filepath.Join(t.TempDir(), filepath.Base(path))
		if err := os.WriteFile(own, append(body, line...), 0o644); err != nil {
			t.Fatal(err)
		}
		mount(t, own, path)
	}
	if info, err := os.Stat("/dev/net/tun"); err == nil && info.Mode().Perm()&0o006 != 0o006 {
		own := filepath.Join(t.TempDir(), "tun")
		if err := syscall.Mknod(own, syscall.S_IFCHR|0o666, 10<<8|200); err != nil {
			t.Fatalf("make a TUN device: %v", err)
		}
		if err := os.Chmod(own, 0o666); err != nil {
			t.Fatal(err)
		}
		mount(t, own, "/dev/net/tun")
	}
}

func mount(t testing.TB, from, to string) {
	t.Helper()
	if err := syscall.Mount(from, to, "", syscall.MS_BIND, ""); err != nil {
		t.Fatalf("mount %s: %v", to, err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(to, syscall.MNT_DETACH) })
}

// Run runs a command of blank-separated words and gives what it said.
func Run(t testing.TB, line string) string {
	t.Helper()
	words := strings.Fields(line)
	output, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", line, err, output)
	}
	return string(output)
}

// Host is a network namespace on the far side of a cable, held by a process that ends with the test.
type Host struct {
	tb  testing.TB
	PID int
}

// NewHost makes a host.
func NewHost(t testing.TB) Host {
	t.Helper()
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
	host := Host{tb: t, PID: holder.Process.Pid}
	host.Run("ip link set lo up")
	return host
}

// Run runs a command on the host and gives what it said.
func (host Host) Run(line string) string {
	host.tb.Helper()
	return Run(host.tb, fmt.Sprintf("nsenter -t %d -n %s", host.PID, line))
}

// Command prepares a program that runs on the host and ends with the test.
func (host Host) Command(words ...string) *exec.Cmd {
	command := exec.Command("nsenter", append([]string{"-t", strconv.Itoa(host.PID), "-n"}, words...)...)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	host.tb.Cleanup(func() {
		if command.Process != nil {
			_ = command.Process.Kill()
			_ = command.Wait()
		}
	})
	return command
}

// Cable lays a veth pair from an adapter here to eth0 of the host.
func (host Host) Cable(name, address, farAddress string) {
	host.tb.Helper()
	Run(host.tb, "ip link add "+name+" type veth peer name far"+name)
	host.tb.Cleanup(func() { _ = exec.Command("ip", "link", "del", name).Run() })
	Run(host.tb, "ip link set far"+name+" netns "+strconv.Itoa(host.PID))
	host.Run("ip link set far" + name + " name eth0")
	host.Run("ip addr add " + farAddress + " dev eth0")
	host.Run("ip link set eth0 up")
	Run(host.tb, "ip addr add "+address+" dev "+name)
	Run(host.tb, "ip link set "+name+" up")
}
