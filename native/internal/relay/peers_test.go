package relay

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"anslut/native/internal/ipc"
)

// hasty are limits for tests in which somebody stays silent for good.
var hasty = limits{
	connect: 150 * time.Millisecond, response: 150 * time.Millisecond, head: 150 * time.Millisecond,
	accept: 5 * time.Second, lingering: time.Second,
}

// peer is a real TCP listener on 127.0.0.1 whose behaviour is a function.
type peer struct {
	net.Listener
	port int
	mu   sync.Mutex
	seen int
}

func listen(t testing.TB, serve func(conn *net.TCPConn)) *peer {
	t.Helper()
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	listener, err := config.Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	p := &peer{Listener: listener, port: listener.Addr().(*net.TCPAddr).Port}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.mu.Lock()
			p.seen++
			p.mu.Unlock()
			go func() {
				defer conn.Close()
				serve(conn.(*net.TCPConn))
			}()
		}
	}()
	return p
}

func (p *peer) connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen
}

func echo(conn *net.TCPConn) {
	_, _ = io.Copy(conn, conn)
	_ = conn.CloseWrite()
}

// refusedPort is a port on which nobody listens.
func refusedPort(t testing.TB) int {
	p := listen(t, echo)
	p.Close()
	return p.port
}

// silentPort is a port whose SYNs are dropped: a listener whose queue of one is full.
func silentPort(t *testing.T) int {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	name, _ := syscall.Getsockname(fd)
	port := name.(*syscall.SockaddrInet4).Port
	for range 8 {
		filler, err := net.DialTimeout("tcp4", endpoint("127.0.0.1", port), 50*time.Millisecond)
		if err != nil {
			return port
		}
		t.Cleanup(func() { filler.Close() })
	}
	t.Skip("this kernel's backlog cannot be filled")
	return 0
}

// wrapped is a peer that speaks TLS with the given ALPN and echoes.
func wrapped(t testing.TB, protocol string) *peer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: key}}, NextProtos: []string{protocol}}
	return listen(t, func(conn *net.TCPConn) {
		secure := tls.Server(conn, config)
		_, _ = io.Copy(secure, secure)
		_ = secure.CloseWrite()
	})
}

// talk runs a whole relay in mode stdio: start frame and bytes in, reports and bytes out.
func talk(t *testing.T, patience limits, send string, ways ...ipc.Way) (reports []ipc.RelayReport, got string, code int) {
	t.Helper()
	in, feed := io.Pipe()
	out, sink := io.Pipe()
	codes := make(chan int, 1)
	go func() {
		codes <- run(in, sink, patience)
		sink.Close()
	}()
	go func() {
		writeStart(feed, ipc.ModeStdio, ways)
		_, _ = io.WriteString(feed, send)
		feed.Close()
	}()
	stream := bufio.NewReader(out)
	for {
		r, err := readReport(stream)
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
		switch r.(type) {
		case ipc.RelayWon, ipc.RelayFailed:
			rest, err := io.ReadAll(stream)
			if err != nil {
				t.Fatal(err)
			}
			return reports, string(rest), <-codes
		}
	}
}

func readReport(from io.Reader) (ipc.RelayReport, error) {
	body, err := ipc.ReadFrame(from)
	if err != nil {
		return nil, err
	}
	return ipc.DecodeRelayReport(body)
}

// writeStart writes the frame as the agent would: the wire's JSON.
func writeStart(to io.Writer, mode ipc.Mode, ways []ipc.Way) {
	body, _ := json.Marshal(map[string]any{"type": "start", "mode": mode, "ways": ways, "stepMs": 100, "timeoutMs": 3000})
	_ = ipc.WriteRawFrame(to, body)
}

func direct(port int) ipc.Way { return ipc.Way{Host: "127.0.0.1", Port: port} }

func inTLS(port int) ipc.Way {
	return ipc.Way{Host: "127.0.0.1", Port: port, Wrap: &ipc.Wrap{ServerName: "portal.example"}}
}

// expectOutcome looks for a way's outcome.
func expectOutcome(t *testing.T, reports []ipc.RelayReport, way int, want ipc.Outcome) ipc.Attempt {
	t.Helper()
	for _, r := range reports {
		if a, ok := r.(ipc.RelayAttempt); ok && a.Attempt.Way == way {
			if a.Attempt.Outcome != want {
				t.Errorf("way %d: %s (%s), want %s", way, a.Attempt.Outcome, a.Attempt.Detail, want)
			}
			return a.Attempt
		}
	}
	t.Errorf("no report of way %d in %v", way, reports)
	return ipc.Attempt{}
}

func expectWon(t *testing.T, reports []ipc.RelayReport, way int) {
	t.Helper()
	if last, ok := reports[len(reports)-1].(ipc.RelayWon); !ok || last.Way != way {
		t.Errorf("reports %+v, want way %d to win", reports, way)
	}
}

func expectFailed(t *testing.T, reports []ipc.RelayReport, cause ipc.Cause) {
	t.Helper()
	if last, ok := reports[len(reports)-1].(ipc.RelayFailed); !ok || last.Cause != cause {
		t.Errorf("last report %+v, want %s", reports[len(reports)-1], cause)
	}
}

func TestRealPeersAndWhatTheyAreCalled(t *testing.T) {
	whole := listen(t, echo)
	cut := listen(t, func(conn *net.TCPConn) { _, _ = conn.Read(make([]byte, 1)) })
	reset := listen(t, func(conn *net.TCPConn) {
		_, _ = conn.Read(make([]byte, 1))
		_ = conn.SetLinger(0)
	})
	mute := listen(t, func(conn *net.TCPConn) { _, _ = io.Copy(io.Discard, conn) })
	ending := listen(t, func(conn *net.TCPConn) { _, _ = io.ReadFull(conn, make([]byte, len(hello))) })
	overTLS, noALPN := wrapped(t, ipc.TunnelALPN), wrapped(t, "http/1.1")

	cases := map[string]struct {
		way  ipc.Way
		want ipc.Outcome // empty: wins
	}{
		"echo":                  {direct(whole.port), ""},
		"refused":               {direct(refusedPort(t)), ipc.OutcomeRefused},
		"silent":                {direct(silentPort(t)), ipc.OutcomeSilent},
		"cut":                   {direct(cut.port), ipc.OutcomeClosed},
		"reset":                 {direct(reset.port), ipc.OutcomeClosed},
		"ends instead":          {direct(ending.port), ipc.OutcomeClosed},
		"never answers":         {direct(mute.port), ipc.OutcomeUnanswered},
		"no such name":          {ipc.Way{Host: "two..dots", Port: 1}, ipc.OutcomeNameNotFound}, // no name server is asked for such a name
		"in TLS":                {inTLS(overTLS.port), ""},
		"TLS that is none":      {inTLS(whole.port), ipc.OutcomeTLSFailed},
		"TLS cut":               {inTLS(cut.port), ipc.OutcomeTLSFailed},
		"TLS silent":            {inTLS(mute.port), ipc.OutcomeTLSFailed},
		"TLS without our ALPN":  {inTLS(noALPN.port), ipc.OutcomeTLSFailed},
		"TLS to a refused port": {inTLS(refusedPort(t)), ipc.OutcomeRefused},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reports, got, code := talk(t, hasty, hello, c.way)
			if c.want == "" {
				expectWon(t, reports, 0)
				if got != hello || code != exitDone {
					t.Errorf("got %q, code %d", got, code)
				}
				return
			}
			a := expectOutcome(t, reports, 0, c.want)
			t.Logf("%s: %s", a.Outcome, a.Detail)
			if code != exitFailed || got != "" {
				t.Errorf("got %q, code %d", got, code)
			}
			cause := ipc.CauseNoWay
			if c.want == ipc.OutcomeNameNotFound {
				cause = ipc.CauseNameNotFound
			}
			expectFailed(t, reports, cause)
		})
	}
}

func TestTheRaceOverRealConnections(t *testing.T) {
	whole := listen(t, echo)
	reports, got, _ := talk(t, hasty, hello, direct(silentPort(t)), direct(refusedPort(t)), direct(whole.port))
	expectOutcome(t, reports, 0, ipc.OutcomeLost)
	expectOutcome(t, reports, 1, ipc.OutcomeRefused)
	expectWon(t, reports, 2)
	if got != hello {
		t.Errorf("got %q", got)
	}
}

func TestMuchDataPassesWholeAndBothHalvesClose(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 1<<18) // 4 MiB
	for name, p := range map[string]*peer{"bare": listen(t, echo), "in TLS": wrapped(t, ipc.TunnelALPN)} {
		way := direct(p.port)
		if name == "in TLS" {
			way = inTLS(p.port)
		}
		_, got, code := talk(t, usualLimits, big, way)
		if got != big || code != exitDone {
			t.Errorf("%s: %d of %d bytes, code %d", name, len(got), len(big), code)
		}
	}
}

func TestAStartThatIsNoneIsRefused(t *testing.T) {
	for _, body := range []string{`{}`, `[`, `{"type":"start","mode":"stdio","ways":[],"stepMs":0,"timeoutMs":100}`} {
		var in, out bytes.Buffer
		_ = ipc.WriteRawFrame(&in, []byte(body))
		if code := run(&in, &out, hasty); code != exitMisuse {
			t.Errorf("%s: code %d", body, code)
		}
		if r, err := readReport(&out); err != nil || r.(ipc.RelayFailed).Cause != ipc.CauseBadRequest {
			t.Errorf("%s: report %v, %v", body, r, err)
		}
	}
	if code := run(strings.NewReader("\xff\xff\xff\xff"), io.Discard, hasty); code != exitMisuse {
		t.Errorf("a frame without bounds: code %d", code)
	}
}
