package relay

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"anslut/native/internal/ipc"
)

// loop is a running relay in mode loopback.
type loop struct {
	port  int
	start *io.PipeWriter
	out   *io.PipeReader
	code  chan int
}

func startLoop(t testing.TB, ways ...ipc.Way) *loop {
	t.Helper()
	in, feed := io.Pipe()
	out, sink := io.Pipe()
	l := &loop{start: feed, out: out, code: make(chan int, 1)}
	t.Cleanup(func() { feed.Close() })
	go func() {
		l.code <- run(in, sink, hasty)
		sink.Close()
	}()
	writeStart(feed, ipc.ModeLoopback, ways)
	report, err := readReport(out)
	if err != nil {
		t.Fatal(err)
	}
	l.port = report.(ipc.RelayListening).Port
	return l
}

func (l *loop) dial(t testing.TB) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", l.port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

func TestLoopbackServesOneConnectionAndNoSecond(t *testing.T) {
	far := listen(t, echo)
	l := startLoop(t, direct(far.port))
	conn := l.dial(t)
	if _, err := io.WriteString(conn, hello); err != nil {
		t.Fatal(err)
	}
	report, err := readReport(l.out)
	if _, hasWon := report.(ipc.RelayWon); !hasWon || err != nil {
		t.Fatalf("report %v, %v", report, err)
	}
	if second, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", l.port)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a second connection: %v, %v", second, err)
	}
	_ = conn.CloseWrite()
	got, err := io.ReadAll(conn)
	if string(got) != hello || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	conn.Close()
	if code := <-l.code; code != exitDone {
		t.Errorf("code %d", code)
	}
}

func TestAnotherUsersProgramIsTurnedAwayAndOpenVPNIsNot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root to be somebody else")
	}
	heard := make(chan string, 1)
	far := listen(t, func(conn *net.TCPConn) {
		first := make([]byte, len(hello))
		_, _ = io.ReadFull(conn, first)
		heard <- string(first)
		_, _ = conn.Write(first)
	})
	l := startLoop(t, direct(far.port))
	stranger := exec.Command("/bin/bash", "-c", fmt.Sprintf("exec 3<>/dev/tcp/127.0.0.1/%d; printf intruder >&3; cat <&3", l.port))
	stranger.Dir = "/"
	stranger.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, _ := stranger.Output() // ends, because the relay closes the connection
	if len(out) != 0 {
		t.Errorf("the stranger got %q", out)
	}
	conn := l.dial(t)
	_, _ = io.WriteString(conn, hello)
	got := make([]byte, len(hello))
	if _, err := io.ReadFull(readingAside(t, l, conn), got); err != nil || string(got) != hello {
		t.Errorf("got %q, %v", got, err)
	}
	if first := <-heard; first != hello {
		t.Errorf("the far side heard %q", first)
	}
}

func TestTheWayIsOpenedWhileOpenVPNIsStillOnItsWay(t *testing.T) {
	opened := make(chan struct{})
	far := listen(t, func(conn *net.TCPConn) {
		close(opened)
		echo(conn)
	})
	l := startLoop(t, direct(far.port))
	<-opened
	conn := l.dial(t)
	_, _ = io.WriteString(conn, hello)
	got := make([]byte, len(hello))
	if _, err := io.ReadFull(readingAside(t, l, conn), got); err != nil || string(got) != hello {
		t.Errorf("got %q, %v", got, err)
	}
}

// readingAside reads the relay's reports while the connection is used, as the helper does.
func readingAside(t testing.TB, l *loop, conn net.Conn) io.Reader {
	t.Helper()
	go func() { _, _ = io.Copy(io.Discard, l.out) }()
	return conn
}

func TestTheStarterEndsTheRelay(t *testing.T) {
	t.Run("before anybody has called", func(t *testing.T) {
		l := startLoop(t, direct(refusedPort(t)))
		l.start.Close()
		expectEnd(t, l)
	})
	t.Run("before the caller has said a word", func(t *testing.T) {
		l := startLoop(t, direct(refusedPort(t)))
		conn := l.dial(t)
		l.start.Close()
		expectEnd(t, l)
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			t.Error("the caller is still connected")
		}
	})
	t.Run("while bytes flow", func(t *testing.T) {
		far := listen(t, echo)
		l := startLoop(t, direct(far.port))
		conn := l.dial(t)
		_, _ = io.WriteString(conn, hello)
		if report, err := readReport(l.out); err != nil {
			t.Fatal(report, err)
		}
		l.start.Close()
		expectEnd(t, l)
	})
}

func expectEnd(t *testing.T, l *loop) {
	t.Helper()
	go func() { _, _ = io.Copy(io.Discard, l.out) }()
	select {
	case <-l.code:
	case <-time.After(5 * time.Second):
		t.Fatal("the relay goes on")
	}
}

func TestNobodyCalls(t *testing.T) {
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if _, err := acceptOwn(listener, time.Now().Add(20*time.Millisecond)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

func TestBackPressureReachesTheCaller(t *testing.T) {
	release := make(chan struct{})
	counted := make(chan int64, 1)
	far := listen(t, func(conn *net.TCPConn) {
		_, _ = conn.Write([]byte{1})
		<-release
		count, _ := io.Copy(io.Discard, conn)
		counted <- count
	})
	l := startLoop(t, direct(far.port))
	conn := l.dial(t)
	readingAside(t, l, conn)
	block := make([]byte, 1<<20)
	var sent int64
	for { // until a megabyte finds no place for a while: nobody on the way takes more
		_ = conn.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
		count, err := conn.Write(block)
		sent += int64(count)
		if err != nil {
			break
		}
		if sent > 256<<20 {
			t.Fatal("somebody takes everything")
		}
	}
	close(release)
	_ = conn.CloseWrite()
	if got := <-counted; got != sent {
		t.Errorf("%d bytes arrived of %d", got, sent)
	}
	t.Logf("%d KiB were under way", sent>>10)
}

func BenchmarkSplice(b *testing.B) {
	for name, wrap := range map[string]bool{"bare": false, "in TLS": true} {
		b.Run(name, func(b *testing.B) {
			way := ipc.Way{}
			if wrap {
				way = inTLS(wrapped(b, ipc.TunnelALPN).port)
			} else {
				way = direct(listen(b, echo).port)
			}
			l := startLoop(b, way)
			conn := l.dial(b)
			readingAside(b, l, conn)
			block := make([]byte, 128<<10)
			b.SetBytes(int64(len(block)))
			b.ResetTimer()
			go func() {
				for range b.N {
					if _, err := conn.Write(block); err != nil {
						return
					}
				}
				_ = conn.CloseWrite()
			}()
			got, chunk := 0, make([]byte, 256<<10)
			for {
				count, err := conn.Read(chunk)
				got += count
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			if got != b.N*len(block) {
				b.Fatalf("%d bytes came back of %d", got, b.N*len(block))
			}
		})
	}
}
