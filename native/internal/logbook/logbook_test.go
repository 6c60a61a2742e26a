package logbook

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"anslut/native/internal/ipc"
)

func TestNothingSecretStandsInALine(t *testing.T) {
	const secret = `p"ss\wörd one-time`
	key := strings.Repeat("QUJD", 16)
	for name, text := range map[string]string{
		"a known secret":               "server said " + secret + " is wrong",
		"a known secret in quotes":     `CMD 'password "Auth" "p\"ss\\wörd one-time"'`,
		"a management password":        "SUCCESS for 0123456789abcdef0123456789abcdef0123456789abcdef",
		"a PEM block":                  "<key>\n-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n</key>",
		"a PEM block without its end":  "-----BEGIN OpenVPN tls-crypt-v2 client key-----\n" + key,
		"a line out of a PEM block":    "parse error near " + key,
		"an unknown password":          `password "Auth" "hunter2hunter2"`,
		"an unknown password in JSON":  `{"password":"hunter2hunter2"}`,
		"an unknown token":             "token=hunter2hunter2",
		"a proxy's authorization line": "Proxy-Authorization: Basic hunter2hunter2",
	} {
		got := Redact(text, []string{secret, "0123456789abcdef0123456789abcdef0123456789abcdef"})
		for _, leak := range []string{"wörd", "QUJDQUJD", "hunter2", "0123456789abcdef"} {
			if strings.Contains(got, leak) {
				t.Errorf("%s leaks: %s", name, got)
			}
		}
	}
}

func TestWhatIsNotSecretStays(t *testing.T) {
	for _, text := range []string{
		"wayWon 2 portal.example:443 after 95 ms", "route 192.168.0.0/24 via 10.77.0.1 set",
		"OpenVPN: Peer Connection Initiated with [AF_INET]127.0.0.1:40001",
	} {
		if got := Redact(text, []string{"a", ""}); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestASecretIsForgottenWhenItsTunnelIs(t *testing.T) {
	book := New(io.Discard)
	first, second := book.Hide("sesame seeds"), book.Hide("sesame seeds")
	first()
	first()
	book.Add(Nobody, ipc.LevelInfo, "open sesame seeds")
	second()
	book.Add(Nobody, ipc.LevelInfo, "buy sesame seeds")
	lines := book.Lines(0, 10)
	if strings.Contains(lines[0], "seeds") || !strings.Contains(lines[1], "seeds") {
		t.Errorf("got %q", lines)
	}
}

func TestTheNewestLinesAreKeptAndEverybodySeesTheirOwn(t *testing.T) {
	book := New(io.Discard)
	watched := 0
	book.Watch(func(Entry) { watched++ })
	for index := range room + 500 {
		book.Add(int64(1000+index%2), ipc.LevelInfo, fmt.Sprintf("line %d\nof two", index))
	}
	book.Add(Nobody, ipc.LevelWarn, "of nobody")
	all := book.Lines(0, room)
	if len(all) != room || watched != room+501 || !strings.HasSuffix(all[room-1], "warn of nobody") {
		t.Fatalf("%d lines, %d watched, last %q", len(all), watched, all[len(all)-1])
	}
	if !strings.Contains(all[0], "line 501 · of two") {
		t.Errorf("the oldest is %q", all[0])
	}
	for _, line := range book.Lines(1000, 5) {
		if !strings.Contains(line, "of nobody") && !strings.Contains(line, "98 ·") && !strings.Contains(line, "0 ·") && !strings.Contains(line, "2 ·") && !strings.Contains(line, "4 ·") && !strings.Contains(line, "6 ·") {
			t.Errorf("user 1000 sees %q", line)
		}
	}
	if lines := book.Lines(4242, room); len(lines) != 1 {
		t.Errorf("a stranger sees %d lines", len(lines))
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("password: secretsecret", "secretsecret")
	f.Add("-----BEGIN X-----\nsecretsecret", "secretsecret")
	f.Fuzz(func(t *testing.T, text, secret string) {
		if len(secret) >= 8 && !strings.Contains(hidden, secret) && strings.Contains(Redact(text+secret+text, []string{secret}), secret) &&
			!strings.ContainsAny(secret, hidden+"[]- ") {
			t.Fatalf("%q leaks", secret)
		}
	})
}
