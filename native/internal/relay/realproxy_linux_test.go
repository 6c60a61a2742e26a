package relay

import (
	"bufio"
	"crypto/md5"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"anslut/native/internal/ipc"
)

// odd are credentials with whatever Basic and Digest allow. squid's digest_file_auth reads user:realm:hash.
var odd = &ipc.ProxyCredentials{Username: "jörg müller", Password: `p:a+s%s "w\ö`}

// freePort finds a port for a proxy that cannot be told to choose one.
func freePort(t *testing.T) int { return refusedPort(t) }

// startProxy runs a proxy in the foreground until the test ends, and waits until it accepts connections.
func startProxy(t *testing.T, port int, program string, arguments ...string) {
	t.Helper()
	command := exec.Command(program, arguments...)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	var said strings.Builder
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			said.WriteString(lines.Text() + "\n")
		}
		_ = command.Wait()
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // its helpers are in its group
		<-ended
	})
	for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit); {
		conn, err := net.Dial("tcp4", endpoint("127.0.0.1", port))
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", program, said.String())
		case <-time.After(20 * time.Millisecond): // a proxy says nowhere when it is ready
		}
		if !errors.Is(err, syscall.ECONNREFUSED) {
			t.Fatal(err)
		}
	}
	t.Fatalf("%s does not listen", program)
}

// squid runs squid with lines of its configuration that say who may do what. Root's squid changes to the user proxy, which must
// be able to read the folder.
func squid(t *testing.T, allowedPort int, rules string, files map[string]string) int {
	t.Helper()
	if _, err := exec.LookPath("/usr/sbin/squid"); err != nil {
		t.Skip("squid is not installed (apt-get install squid)")
	}
	folder, err := os.MkdirTemp("", "anslut-squid-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	port := freePort(t)
	config := fmt.Sprintf(`
http_port 127.0.0.1:%d
pid_filename %s/pid
access_log none
cache_log %s/cache.log
coredump_dir %s
cache deny all
netdb_filename none
pinger_enable off
shutdown_lifetime 0 seconds
connect_timeout 1 second
visible_hostname proxy.example
acl allowed port %d
%s
http_access deny all
`, port, folder, folder, folder, allowedPort, strings.ReplaceAll(rules, "@", folder))
	path := filepath.Join(folder, "squid.conf")
	if err := os.WriteFile(path, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	startProxy(t, port, "/usr/sbin/squid", "-N", "-f", path)
	return port
}

const openRules = "http_access allow CONNECT allowed\n"

func authRules(scheme, program string) string {
	return "auth_param " + scheme + " program " + program + "\nauth_param " + scheme + " children 1\nauth_param " + scheme +
		" realm Our office, floor 2\nacl known proxy_auth REQUIRED\nhttp_access deny !allowed\nhttp_access allow known\n"
}

func TestRealSquid(t *testing.T) {
	far := listen(t, echo)
	secure := wrapped(t, ipc.TunnelALPN)
	refused := refusedPort(t)
	wrong := &ipc.ProxyCredentials{Username: odd.Username, Password: "wrong"}

	t.Run("open", func(t *testing.T) {
		proxy := squid(t, far.port, openRules, nil)
		expectThrough(t, through(proxy, far.port, nil))
		reports, _, _ := talk(t, usualLimits, hello, through(proxy, secure.port, nil))
		expectOutcome(t, reports, 0, ipc.OutcomeProxyForbids)
		expectFailed(t, reports, ipc.CauseProxyForbids)
	})
	t.Run("open, the portal refuses", func(t *testing.T) {
		proxy := squid(t, refused, openRules, nil)
		reports, _, _ := talk(t, usualLimits, hello, through(proxy, refused, nil))
		t.Log(expectOutcome(t, reports, 0, ipc.OutcomeRefused).Detail)
	})
	t.Run("open, the portal is silent", func(t *testing.T) {
		silent := silentPort(t)
		proxy := squid(t, silent, openRules, nil)
		patient := usualLimits
		reports, _, _ := talk(t, patient, hello, through(proxy, silent, nil))
		t.Log(expectOutcome(t, reports, 0, ipc.OutcomeSilent).Detail)
	})
	t.Run("open, in TLS", func(t *testing.T) {
		proxy := squid(t, secure.port, openRules, nil)
		way := through(proxy, secure.port, nil)
		way.Wrap = &ipc.Wrap{ServerName: "portal.example"}
		expectThrough(t, way)
	})
	t.Run("basic", func(t *testing.T) {
		const program = "/usr/lib/squid/basic_ncsa_auth"
		requireFile(t, program)
		proxy := squid(t, far.port, authRules("basic", program+" @/users"), map[string]string{"users": odd.Username + ":" + sha(t, odd.Password) + "\n"})
		expectThrough(t, through(proxy, far.port, odd))
		expectCredentialsMatter(t, proxy, far.port, wrong)
	})
	t.Run("digest", func(t *testing.T) {
		const program = "/usr/lib/squid/digest_file_auth"
		requireFile(t, program)
		const realm = "Our office, floor 2"
		hash := fmt.Sprintf("%x", md5.Sum([]byte(odd.Username+":"+realm+":"+odd.Password)))
		proxy := squid(t, far.port, authRules("digest", program+" -c @/users"), map[string]string{"users": odd.Username + ":" + realm + ":" + hash + "\n"})
		expectThrough(t, through(proxy, far.port, odd))
		expectCredentialsMatter(t, proxy, far.port, wrong)
	})
}

func TestRealTinyproxy(t *testing.T) {
	program, err := exec.LookPath("tinyproxy")
	if err != nil {
		t.Skip("tinyproxy is not installed (apt-get install tinyproxy-bin)")
	}
	far := listen(t, echo)
	start := func(t *testing.T, extra string) int {
		port := freePort(t)
		path := filepath.Join(t.TempDir(), "tinyproxy.conf")
		config := fmt.Sprintf("Port %d\nListen 127.0.0.1\nTimeout 10\nAllow 127.0.0.1\nLogLevel Critical\nMaxClients 10\nConnectPort %d\n%s", port, far.port, extra)
		if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		startProxy(t, port, program, "-d", "-c", path)
		return port
	}
	t.Run("open", func(t *testing.T) {
		proxy := start(t, "")
		expectThrough(t, through(proxy, far.port, nil))
		reports, _, _ := talk(t, usualLimits, hello, through(proxy, refusedPort(t), nil))
		expectOutcome(t, reports, 0, ipc.OutcomeProxyForbids)
	})
	t.Run("basic", func(t *testing.T) {
		proxy := start(t, "BasicAuth tech pa55word\n")
		expectThrough(t, through(proxy, far.port, &ipc.ProxyCredentials{Username: "tech", Password: "pa55word"}))
		expectCredentialsMatter(t, proxy, far.port, someone)
	})
}

func expectThrough(t *testing.T, way ipc.Way) {
	t.Helper()
	reports, got, _ := talk(t, usualLimits, hello, way)
	expectWon(t, reports, 0)
	if got != hello {
		t.Errorf("got %q", got)
	}
	if last, hasWon := reports[len(reports)-1].(ipc.RelayWon); hasWon {
		t.Logf("won after %d ms", last.ElapsedMs)
	}
}

func expectCredentialsMatter(t *testing.T, proxy, target int, wrong *ipc.ProxyCredentials) {
	t.Helper()
	reports, _, _ := talk(t, usualLimits, hello, through(proxy, target, nil))
	expectOutcome(t, reports, 0, ipc.OutcomeProxyAuthRequired)
	expectFailed(t, reports, ipc.CauseProxyAuthRequired)
	reports, _, _ = talk(t, usualLimits, hello, through(proxy, target, wrong))
	expectOutcome(t, reports, 0, ipc.OutcomeProxyAuthRefused)
	expectFailed(t, reports, ipc.CauseProxyAuthRefused)
}

func requireFile(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Skip(path + " is not installed (apt-get install squid)")
	}
}

// sha hashes a password for basic_ncsa_auth.
func sha(t *testing.T, password string) string {
	t.Helper()
	out, err := exec.Command("openssl", "passwd", "-apr1", "-salt", "01234567", password).Output()
	if err != nil {
		t.Skip("openssl is not installed: ", err)
	}
	return strings.TrimSpace(string(out))
}
