package openvpn

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"

	"anslut/native/internal/ipc"
)

func TestLinesOfTheManagementInterfaceAreUnderstood(t *testing.T) {
	for text, want := range map[string]line{
		">HOLD:Waiting for hold release:0":                                {kind: held},
		">STATE:1700000000,CONNECTED,SUCCESS,10.78.0.5,127.0.0.1,40001,,": {kind: stateChanged, state: "CONNECTED", text: "SUCCESS", local: netip.MustParseAddr("10.78.0.5")},
		">STATE:1700000000,CONNECTED,SUCCESS,,127.0.0.1,40001,,":          {kind: stateChanged, state: "CONNECTED", text: "SUCCESS"},
		">STATE:1700000000,EXITING,auth-failure,,,,,":                     {kind: stateChanged, state: "EXITING", text: "auth-failure"},
		">STATE:1700000000":                                           {text: "1700000000"},
		">BYTECOUNT:123,456":                                          {kind: counted, received: 123, sent: 456},
		">BYTECOUNT:-1,456":                                           {text: "-1,456"},
		">BYTECOUNT:99999999999999999999,1":                           {text: "99999999999999999999,1"},
		">PASSWORD:Need 'Auth' username/password":                     {kind: passwordNeeded},
		">PASSWORD:Verification Failed: 'Auth' ['expired']":           {kind: passwordRefused, text: "'Auth' ['expired']"},
		">PASSWORD:Need 'Private Key' password":                       {text: "Need 'Private Key' password"},
		">NOTIFY:info,server-pushed-halt,ticket revoked, for good":    {kind: halted, text: "ticket revoked, for good"},
		">NOTIFY:info,server-pushed-connection-reset,":                {kind: restarted},
		">NOTIFY:info,remote-exit,EXIT":                               {text: "info,remote-exit,EXIT"},
		">FATAL:Cannot ioctl TUNSETIFF anslut0":                       {kind: fatal, text: "Cannot ioctl TUNSETIFF anslut0"},
		">LOG:1700000000,W,WARNING: something, and more":              {kind: logged, flags: "W", text: "WARNING: something, and more"},
		"ERROR: unknown command":                                      {kind: commandFailed, text: "unknown command"},
		"SUCCESS: real-time state notification set to ON":             {text: "SUCCESS: real-time state notification set to ON"},
		">INFO:OpenVPN Management Interface Version 5 -- type 'help'": {text: ">INFO:OpenVPN Management Interface Version 5 -- type 'help'"},
		"": {},
	} {
		if got := parseLine(text); got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}

func TestTheEndHasTheCauseAndNotTheLastSymptom(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
		exit  error
		want  ipc.Cause
		ends  bool
	}{
		{"ticket refused", []string{">PASSWORD:Verification Failed: 'Auth'", ">STATE:1,EXITING,auth-failure,,,,,"}, nil, ipc.CauseTicketRefused, true},
		{"ticket refused for now", []string{">PASSWORD:Verification Failed: 'Auth' ['TEMP']", ">STATE:1,RECONNECTING,auth-temp-failure,,,,,"}, nil, ipc.CauseTicketRefused, true},
		{"revoked", []string{">STATE:1,CONNECTED,SUCCESS,,,,,", ">NOTIFY:info,server-pushed-halt,gone", ">STATE:1,EXITING,x,,,,,"}, nil, ipc.CauseRevoked, true},
		{"replaced", []string{">NOTIFY:info,server-pushed-halt,tunnelReplaced"}, nil, ipc.CauseTunnelReplaced, true},
		{"another certificate", []string{">LOG:1,N,VERIFY ERROR: depth=0, error=x", ">STATE:1,EXITING,tls-error,,,,,"}, nil, ipc.CauseServerUntrusted, false},
		{"another name", []string{">LOG:1,N,VERIFY X509NAME ERROR: CN=evil", ">STATE:1,EXITING,tls-error,,,,,"}, nil, ipc.CauseServerUntrusted, false},
		{"TLS failed", []string{">STATE:1,EXITING,tls-error,,,,,"}, nil, ipc.CauseServerUntrusted, false},
		{"cut while up", []string{">STATE:1,CONNECTED,SUCCESS,,,,,", ">STATE:1,EXITING,connection-reset,,,,,"}, nil, ipc.CauseTunnelLost, false},
		{"wants to begin anew", []string{">STATE:1,CONNECTED,SUCCESS,,,,,", ">STATE:1,RECONNECTING,ping-restart,,,,,"}, nil, ipc.CauseTunnelLost, true},
		{"no adapter", []string{">FATAL:Cannot ioctl TUNSETIFF anslut0: Device or resource busy"}, nil, ipc.CauseAdapterFailed, false},
		{"another fatal error", []string{">FATAL:out of memory"}, nil, ipc.CauseOpenvpnDied, false},
		{"killed", []string{">STATE:1,CONNECTED,SUCCESS,,,,,"}, errors.New("signal: killed"), ipc.CauseOpenvpnDied, false},
		{"no word at all", nil, nil, ipc.CauseOpenvpnDied, false},
	} {
		var said verdict
		ends := false
		for _, text := range test.lines {
			ends = said.hear(parseLine(text)) || ends
		}
		if got := said.failure(test.exit); got.Cause != test.want || ends != test.ends {
			t.Errorf("%s: got %v, ends %v", test.name, got, ends)
		}
	}
}

// pipe reads what OpenVPN says from one side and keeps what is said to it.
type pipe struct {
	io.Reader
	bytes.Buffer
}

func (pipe *pipe) Read(into []byte) (int, error) { return pipe.Reader.Read(into) }

func TestNoCommandGoesOutBeforeThePasswordIsAccepted(t *testing.T) {
	for said, good := range map[string]bool{
		"ENTER PASSWORD:SUCCESS: password is correct\r\n>INFO:x\r\n": true,
		"ENTER PASSWORD:ERROR: bad password\r\n":                     false,
		"HTTP/1.1 400 Bad Request\r\n":                               false,
		"ENTER":                                                      false,
	} {
		stream := &pipe{Reader: strings.NewReader(said)}
		err := newManagement(stream).open("secret")
		if (err == nil) != good || !good && strings.Contains(stream.String(), "state") {
			t.Errorf("%q: %v, was told %q", said, err, stream.String())
		}
	}
}

func TestALineWithoutEndTakesNoMemory(t *testing.T) {
	stream := &pipe{Reader: io.LimitReader(zeros{}, 1<<30)}
	if _, err := newManagement(stream).readLine(); err == nil {
		t.Error("it was taken")
	}
}

type zeros struct{}

func (zeros) Read(into []byte) (int, error) { return len(into), nil }

func FuzzManagementLine(f *testing.F) {
	for _, seed := range []string{
		">STATE:1700000000,CONNECTED,SUCCESS,10.78.0.5,,,,", ">BYTECOUNT:1,2", ">PASSWORD:Verification Failed: 'Auth'",
		">NOTIFY:info,server-pushed-halt,x", ">LOG:1,W,x", ">FATAL:x", "ERROR: x", ">", ":", ">STATE:,,,", ">HOLD",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var said verdict
		heard := parseLine(text)
		said.hear(heard)
		if failure := said.failure(nil); failure == nil || failure.Cause == "" {
			t.Fatal("an end without a cause")
		}
		if heard.received >= 1<<53 || heard.sent >= 1<<53 {
			t.Fatal("a count that JSON cannot hold")
		}
	})
}
