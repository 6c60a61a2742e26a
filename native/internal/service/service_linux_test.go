package service

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"anslut/native/internal/ipc"
	"anslut/native/internal/logbook"
	"anslut/native/internal/network"
	"anslut/native/internal/session"
)

// bare is a computer that only knows where it stands.
type bare struct{ session.Machine }

func (bare) Adapter() string                 { return "anslut0" }
func (bare) Around() (network.Around, error) { return network.Around{}, nil }
func (bare) Policy() (*ipc.Policy, error)    { return nil, errors.New("not in this test") }
func (bare) Diagnose(version string, _ bool) ipc.Diagnosis {
	return ipc.Diagnosis{Version: version, Clock: time.Now()}
}

func newService(uid uint32) *Service {
	book := logbook.New(io.Discard)
	return &Service{
		Version: "test", Manager: session.New(bare{}, book), Book: book, Diagnose: bare{},
		PeerUID: func(net.Conn) (uint32, error) { return uid, nil },
	}
}

// call opens a connection that the service answers.
func call(t *testing.T, service *Service) net.Conn {
	t.Helper()
	ours, theirs := net.Pipe()
	go service.Answer(theirs)
	t.Cleanup(func() { ours.Close() })
	return ours
}

func send(t *testing.T, stream net.Conn, text string) {
	t.Helper()
	if err := ipc.WriteRawFrame(stream, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, stream io.Reader) ipc.Message {
	t.Helper()
	body, err := ipc.ReadFrame(stream)
	if err != nil {
		t.Fatal(err)
	}
	message, err := ipc.DecodeMessage(body)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

func expectRefusal(t *testing.T, stream net.Conn, id int64, cause ipc.Cause) {
	t.Helper()
	if got, isRefusal := receive(t, stream).(ipc.Refusal); !isRefusal || got.ID != id || got.Cause != cause {
		t.Errorf("got %+v, want %d %s", got, id, cause)
	}
}

func expectEnd(t *testing.T, stream net.Conn) {
	t.Helper()
	if _, err := ipc.ReadFrame(stream); !errors.Is(err, io.EOF) {
		t.Errorf("the connection goes on: %v", err)
	}
}

const hello = `{"type":"hello","protocol":1,"client":"test"}`

func TestACallerIsGreetedAndAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := call(t, newService(1000))
		send(t, stream, hello)
		if got := receive(t, stream); got != (ipc.Welcome{Protocol: 1, Version: "test", Tunnel: ipc.TunnelNone}) {
			t.Errorf("got %+v", got)
		}
		for request, want := range map[string]ipc.Message{
			`{"type":"disconnect","id":3}`:                           ipc.Reply{ID: 3, Result: ipc.Done{}},
			`{"type":"resume","id":4}`:                               ipc.Refusal{ID: 4, Cause: ipc.CauseDialFirst, Detail: "there is no tunnel"},
			`{"type":"setRoutes","id":5,"networks":["10.0.0.0/24"]}`: ipc.Refusal{ID: 5, Cause: ipc.CauseDialFirst, Detail: "there is no tunnel"},
		} {
			send(t, stream, request)
			if got := receive(t, stream); got != want {
				t.Errorf("%s: got %+v", request, got)
			}
		}
		for _, verb := range []string{"status", "diagnose"} {
			send(t, stream, `{"type":"`+verb+`","id":6}`)
			if _, isReply := receive(t, stream).(ipc.Reply); !isReply {
				t.Errorf("%s was refused", verb)
			}
		}
		send(t, stream, `{"type":"logs","id":7,"lines":2000}`)
		if _, isReply := receive(t, stream).(ipc.Reply); !isReply {
			t.Error("logs were refused")
		}
	})
}

func TestWhoDoesNotSpeakTheProtocolIsSentAway(t *testing.T) {
	for name, test := range map[string]struct {
		words []string
		cause ipc.Cause
	}{
		"no hello first":        {[]string{`{"type":"status","id":1}`}, ipc.CauseBadRequest},
		"no JSON":               {[]string{`GET / HTTP/1.1`}, ipc.CauseBadRequest},
		"another protocol":      {[]string{`{"type":"hello","protocol":2,"client":""}`}, ipc.CauseHelperMismatch},
		"an unknown verb":       {[]string{hello, `{"type":"exec","id":1}`}, ipc.CauseBadRequest},
		"a configuration text":  {[]string{hello, `{"type":"status","id":1,"config":"up /tmp/x"}`}, ipc.CauseBadRequest},
		"a field that is twice": {[]string{hello, `{"type":"status","id":1,"id":1}`}, ipc.CauseBadRequest},
		"a second hello":        {[]string{hello, hello}, ipc.CauseBadRequest},
	} {
		synctest.Test(t, func(t *testing.T) {
			stream := call(t, newService(1000))
			for _, word := range test.words {
				send(t, stream, word)
				if got, isWelcome := receive(t, stream).(ipc.Welcome); isWelcome && name != "another protocol" {
					continue
				} else if isWelcome {
					_ = got
				} else {
					return
				}
			}
			expectRefusal(t, stream, 0, test.cause)
			expectEnd(t, stream)
		})
	}
}

func TestWhoSendsSlowlyHoldsNothing(t *testing.T) {
	for name, words := range map[string][][]byte{
		"nothing at all":         {},
		"half a length":          {{0, 0}},
		"a length and no more":   {binary.BigEndian.AppendUint32(nil, ipc.MaxFrameBytes)},
		"a request that stalls":  {frameOf(hello), {0, 0, 0, 9, '{'}},
		"a length out of bounds": {{0xff, 0xff, 0xff, 0xff}},
	} {
		synctest.Test(t, func(t *testing.T) {
			stream := call(t, newService(1000))
			start := time.Now()
			go func() {
				for _, word := range words {
					_, _ = stream.Write(word)
				}
			}()
			said, _ := io.ReadAll(stream)
			if took := time.Since(start); took > frameTimeout {
				t.Errorf("%s: held for %s", name, took)
			}
			if !bytes.Contains(said, []byte(`"refusal"`)) {
				t.Errorf("%s: was told %q", name, said)
			}
		})
	}
}

func frameOf(text string) []byte {
	var frame bytes.Buffer
	_ = ipc.WriteRawFrame(&frame, []byte(text))
	return frame.Bytes()
}

func TestACallerMayBeSilentBetweenRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := call(t, newService(1000))
		send(t, stream, hello)
		receive(t, stream)
		time.Sleep(24 * time.Hour)
		send(t, stream, `{"type":"status","id":1}`)
		if _, isReply := receive(t, stream).(ipc.Reply); !isReply {
			t.Error("was cut off")
		}
	})
}

func TestAUserWhoOpensManyConnectionsKeepsNobodyOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService(1000)
		for range perUser {
			stream := call(t, service)
			send(t, stream, hello)
			receive(t, stream)
		}
		expectRefusal(t, call(t, service), 0, ipc.CauseBusy)
		service.PeerUID = func(net.Conn) (uint32, error) { return 1001, nil }
		stream := call(t, service)
		send(t, stream, hello)
		if _, isWelcome := receive(t, stream).(ipc.Welcome); !isWelcome {
			t.Error("another user was kept out")
		}
	})
}

func TestACallerWhoDoesNotReadIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		caller := newConnection(theirs, 1000)
		go caller.write()
		for range outboxRoom + 2 {
			caller.Notify(ipc.Traffic{})
		}
		<-caller.done
		caller.Notify(ipc.Traffic{})
		ours.Close()
	})
}

func TestLogsFitIntoAFrame(t *testing.T) {
	service := newService(0)
	for range 2000 {
		service.Book.Add(logbook.Nobody, ipc.LevelInfo, strings.Repeat("\x01 ", 1900))
	}
	body, err := ipc.Encode(ipc.Reply{ID: 1, Result: service.logs(0, 2000)})
	if err != nil || len(body) > ipc.MaxFrameBytes {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}

func TestTheSocketIsRootsAndEverybodyMayCall(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, whose socket it is")
	}
	path := filepath.Join(t.TempDir(), "run", "helper.sock")
	for range 2 { // the second time over a stale socket
		lock, err := Lock(filepath.Join(filepath.Dir(path), "helper.lock"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Lock(filepath.Join(filepath.Dir(path), "helper.lock")); !errors.Is(err, ErrRunning) {
			t.Errorf("a second helper: %v", err)
		}
		listener, err := Listen(path)
		if err != nil {
			t.Fatal(err)
		}
		listener.SetUnlinkOnClose(false)
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o666 {
			t.Errorf("socket %v, %v", info.Mode(), err)
		}
		service := newService(0)
		service.PeerUID = PeerUID
		go func() { _ = service.Serve(listener) }()
		socket, failure := Dial(path)
		if failure != nil {
			t.Fatal(failure)
		}
		send(t, socket, hello)
		receive(t, socket)
		socket.Close()
		listener.Close()
		lock.Close()
	}
	if _, failure := Dial(path); failure == nil || failure.Cause != ipc.CauseHelperMissing {
		t.Errorf("nobody listens: %v", failure)
	}
}

func TestAHelperThatIsNotRootsIsNotTrusted(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root to own files as others")
	}
	for name, test := range map[string]struct {
		change func(path string) error
		want   ipc.Cause
	}{
		"no socket":                       {os.Remove, ipc.CauseHelperMissing},
		"another user's socket":           {func(path string) error { return os.Chown(path, 1000, 0) }, ipc.CauseHelperUntrusted},
		"another user's directory":        {func(path string) error { return os.Chown(filepath.Dir(path), 1000, 0) }, ipc.CauseHelperUntrusted},
		"a directory that others write":   {func(path string) error { return os.Chmod(filepath.Dir(path), 0o777) }, ipc.CauseHelperUntrusted},
		"a directory that the group uses": {func(path string) error { return os.Chmod(filepath.Dir(path), 0o775) }, ipc.CauseHelperUntrusted},
	} {
		path := filepath.Join(t.TempDir(), "run", "helper.sock")
		listener, err := Listen(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := test.change(path); err != nil {
			t.Fatal(err)
		}
		if _, failure := Dial(path); failure == nil || failure.Cause != test.want {
			t.Errorf("%s: got %v", name, failure)
		}
		listener.Close()
	}
}
