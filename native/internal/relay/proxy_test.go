package relay

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"anslut/native/internal/ipc"
)

func through(proxy, target int, credentials *ipc.ProxyCredentials) ipc.Way {
	return ipc.Way{Host: "127.0.0.1", Port: target, Proxy: &ipc.Proxy{Host: "127.0.0.1", Port: proxy, Credentials: credentials}}
}

var someone = &ipc.ProxyCredentials{Username: "someone", Password: "a secret"}

// scripted is a proxy that answers each CONNECT with the next of its texts, on whatever connection it comes, and then echoes.
// An empty text closes the connection.
func scripted(t *testing.T, answers ...string) (*peer, func() []*http.Request) {
	t.Helper()
	var next atomic.Int32
	requests := make(chan *http.Request, 16)
	p := listen(t, func(conn *net.TCPConn) {
		reader := bufio.NewReader(conn)
		for {
			request, err := http.ReadRequest(reader)
			if err != nil {
				return
			}
			requests <- request
			index := int(next.Add(1)) - 1
			if index >= len(answers) || answers[index] == "" {
				return
			}
			_, _ = io.WriteString(conn, answers[index])
			if strings.Contains(answers[index], " 200 ") {
				_, _ = io.Copy(conn, reader)
				return
			}
		}
	})
	return p, func() []*http.Request {
		var seen []*http.Request
		for len(requests) > 0 {
			seen = append(seen, <-requests)
		}
		return seen
	}
}

const (
	established = "HTTP/1.1 200 Connection established\r\n\r\n"
	wantsBasic  = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 4\r\n\r\npage"
	wantsClose  = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nConnection: close\r\n\r\npage"
	chunked     = "HTTP/1.1 407 x\r\nProxy-Authenticate: Basic realm=\"x\"\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npage\r\n0\r\n\r\n"
	stale       = "HTTP/1.1 407 x\r\nProxy-Authenticate: Digest realm=\"x\", nonce=\"new\", qop=\"auth\", stale=true\r\nContent-Length: 0\r\n\r\n"
	fresh       = "HTTP/1.1 407 x\r\nProxy-Authenticate: Digest realm=\"x\", nonce=\"old\", qop=\"auth\"\r\nContent-Length: 0\r\n\r\n"
)

func TestWhatAProxySaysAndWhatItMeans(t *testing.T) {
	status := func(line, field string) string {
		return "HTTP/1.1 " + line + "\r\n" + field + "Content-Length: 0\r\n\r\n"
	}
	cases := map[string]struct {
		answers     []string
		credentials *ipc.ProxyCredentials
		outcome     ipc.Outcome // empty: wins
		cause       ipc.Cause
		connections int
	}{
		"open":                           {[]string{established}, nil, "", "", 1},
		"an old one":                     {[]string{"HTTP/1.0 200 OK\r\nVia: x\r\n\r\n"}, nil, "", "", 1},
		"interim answers":                {[]string{"HTTP/1.1 100 Continue\r\n\r\n" + established}, nil, "", "", 1},
		"basic on the same connection":   {[]string{wantsBasic, established}, someone, "", "", 1},
		"basic with a chunked page":      {[]string{chunked, established}, someone, "", "", 1},
		"basic on a new connection":      {[]string{wantsClose, established}, someone, "", "", 2},
		"a promise to stay, not kept":    {[]string{wantsBasic, "", established}, someone, "", "", 2},
		"a stale nonce":                  {[]string{fresh, stale, established}, someone, "", "", 1},
		"stale for ever":                 {[]string{fresh, stale, stale, stale, stale}, someone, ipc.OutcomeProxyAuthRefused, ipc.CauseProxyAuthRefused, 1},
		"no credentials":                 {[]string{wantsBasic}, nil, ipc.OutcomeProxyAuthRequired, ipc.CauseProxyAuthRequired, 1},
		"credentials refused":            {[]string{wantsBasic, wantsBasic}, someone, ipc.OutcomeProxyAuthRefused, ipc.CauseProxyAuthRefused, 1},
		"a colon and only basic":         {[]string{wantsBasic}, &ipc.ProxyCredentials{Username: "a:b", Password: "p"}, ipc.OutcomeProxyAuthRefused, ipc.CauseProxyAuthRefused, 1},
		"only what is dead":              {[]string{status("407 x", "Proxy-Authenticate: NTLM\r\n")}, someone, ipc.OutcomeProxyForbids, ipc.CauseProxyForbids, 1},
		"407 without a word":             {[]string{status("407 x", "")}, someone, ipc.OutcomeProxyForbids, ipc.CauseProxyForbids, 1},
		"forbidden":                      {[]string{status("403 Forbidden", "")}, nil, ipc.OutcomeProxyForbids, ipc.CauseProxyForbids, 1},
		"forbidden once known":           {[]string{wantsBasic, status("403 Forbidden", "")}, someone, ipc.OutcomeProxyForbids, ipc.CauseProxyForbids, 1},
		"a redirection to a login page":  {[]string{status("302 Found", "Location: http://x/\r\n")}, nil, ipc.OutcomeProxyForbids, ipc.CauseProxyForbids, 1},
		"the portal's name is unknown":   {[]string{status("503 x", "X-Squid-Error: ERR_DNS_FAIL 0\r\n")}, nil, ipc.OutcomeNameNotFound, ipc.CauseNameNotFound, 1},
		"the portal refuses":             {[]string{status("503 x", "X-Squid-Error: ERR_CONNECT_FAIL 111\r\n")}, nil, ipc.OutcomeRefused, ipc.CauseNoWay, 1},
		"the portal refuses, no details": {[]string{status("502 Bad Gateway", "")}, nil, ipc.OutcomeRefused, ipc.CauseNoWay, 1},
		"the portal is silent":           {[]string{status("503 x", "X-Squid-Error: ERR_CONNECT_FAIL 110\r\n")}, nil, ipc.OutcomeSilent, ipc.CauseNoWay, 1},
		"the portal is silent, 504":      {[]string{status("504 x", "")}, nil, ipc.OutcomeSilent, ipc.CauseNoWay, 1},
		"cut":                            {[]string{""}, nil, ipc.OutcomeProxyUnreachable, ipc.CauseProxyUnreachable, 1},
		"no HTTP":                        {[]string{"SSH-2.0-OpenSSH_9\r\n"}, nil, ipc.OutcomeProxyUnreachable, ipc.CauseProxyUnreachable, 1},
		"half a head":                    {[]string{"HTTP/1.1 200 OK\r\nVia"}, nil, ipc.OutcomeProxyUnreachable, ipc.CauseProxyUnreachable, 1},
		"a head without end":             {[]string{"HTTP/1.1 200 OK\r\n" + strings.Repeat("X: y\r\n", 10_000)}, nil, ipc.OutcomeProxyUnreachable, ipc.CauseProxyUnreachable, 1},
		"interim answers for ever":       {[]string{strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 100)}, nil, ipc.OutcomeProxyUnreachable, ipc.CauseProxyUnreachable, 1},
		"a page without end":             {[]string{"HTTP/1.1 407 x\r\nProxy-Authenticate: Basic\r\nContent-Length: 9999999\r\n\r\n", established}, someone, "", "", 2},
		"a page that never comes":        {[]string{"HTTP/1.1 407 x\r\nProxy-Authenticate: Basic\r\nContent-Length: 99\r\n\r\n", established}, someone, "", "", 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy, requests := scripted(t, c.answers...)
			reports, got, _ := talk(t, hasty, hello, through(proxy.port, 4443, c.credentials))
			if c.outcome == "" {
				expectWon(t, reports, 0)
				if got != hello {
					t.Errorf("got %q", got)
				}
			} else {
				a := expectOutcome(t, reports, 0, c.outcome)
				expectFailed(t, reports, c.cause)
				t.Log(a.Detail)
			}
			if strings.Contains(fmt.Sprint(reports), "a secret") {
				t.Errorf("a secret is in %v", reports)
			}
			if proxy.connections() != c.connections {
				t.Errorf("%d connections, want %d", proxy.connections(), c.connections)
			}
			seen := requests()
			if seen[0].Header.Get("Proxy-Authorization") != "" || seen[0].Method != "CONNECT" || seen[0].RequestURI != "127.0.0.1:4443" {
				t.Errorf("first request %+v", seen[0])
			}
		})
	}
}

func TestAProxyThatIsNotThere(t *testing.T) {
	for name, port := range map[string]int{"refused": refusedPort(t), "silent": silentPort(t)} {
		reports, _, _ := talk(t, hasty, hello, through(port, 443, nil))
		a := expectOutcome(t, reports, 0, ipc.OutcomeProxyUnreachable)
		expectFailed(t, reports, ipc.CauseProxyUnreachable)
		t.Logf("%s: %s", name, a.Detail)
	}
}

func TestAProxyThatSaysNothingWaitsForThePortal(t *testing.T) {
	mute := listen(t, func(conn *net.TCPConn) { _, _ = io.Copy(io.Discard, conn) })
	reports, _, _ := talk(t, hasty, hello, through(mute.port, 443, nil))
	expectOutcome(t, reports, 0, ipc.OutcomeSilent)
	expectFailed(t, reports, ipc.CauseNoWay)
}

func TestAProxyThatDripsIsLeft(t *testing.T) {
	drip := listen(t, func(conn *net.TCPConn) {
		for _, letter := range []byte("HTTP/1.1 200 OK\r\nX-A: " + strings.Repeat("a", 1000)) {
			if _, err := conn.Write([]byte{letter}); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond) // is slow: that is what this proxy is for
		}
	})
	reports, _, _ := talk(t, hasty, hello, through(drip.port, 443, nil))
	if a := expectOutcome(t, reports, 0, ipc.OutcomeProxyUnreachable); a.ElapsedMs > 2000 {
		t.Errorf("left after %d ms", a.ElapsedMs)
	}
}

func TestBytesOfTheTunnelThatCameWithTheHeadAreKept(t *testing.T) {
	eager, _ := scripted(t, established+"\x00\x0eearly")
	reports, got, _ := talk(t, hasty, hello, through(eager.port, 443, nil))
	expectWon(t, reports, 0)
	if got != "\x00\x0eearly"+hello {
		t.Errorf("got %q", got)
	}
}

func TestCredentialsThatWereRefusedAreNotTriedOnTheOtherWays(t *testing.T) {
	proxy, requests := scripted(t, wantsBasic, wantsBasic, wantsBasic, wantsBasic)
	reports, _, _ := talk(t, hasty, hello, through(proxy.port, 1194, someone), through(proxy.port, 443, someone), through(proxy.port, 80, someone))
	expectFailed(t, reports, ipc.CauseProxyAuthRefused)
	shown := 0
	for _, request := range requests() {
		if request.Header.Get("Proxy-Authorization") != "" {
			shown++
		}
	}
	if shown != 1 {
		t.Errorf("the credentials were shown %d times", shown)
	}
}

// A proxy that knows our credentials must not be able to write them into the log of the laptop.
func TestAProxyThatRepeatsOurCredentialsDoesNotGetThemIntoTheReports(t *testing.T) {
	const secret = "c29tZW9uZTphIHNlY3JldA==" // someone:a secret
	for _, answer := range []string{
		"Proxy-Authorization: Basic " + secret + "\r\n\r\n",
		"HTTP/1.1 403 Basic " + secret + "\r\n\r\n",
		"HTTP/1.1 200 OK\r\n" + secret + "\r\n\r\n",
		"HTTP/1.1 503 x\r\nX-Squid-Error: ERR_" + secret + "\r\n\r\n",
		"HTTP/1.1 407 x\r\nProxy-Authenticate: " + secret + " x, a secret\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 407 x\r\nProxy-Authenticate: Digest nonce=1, algorithm=" + secret + "\r\nContent-Length: 0\r\n\r\n",
	} {
		proxy, _ := scripted(t, wantsBasic, answer)
		reports, _, _ := talk(t, hasty, hello, through(proxy.port, 443, someone))
		if text := fmt.Sprint(reports); strings.Contains(text, secret[:10]) || strings.Contains(text, "a secret") {
			t.Errorf("%q gave %s", answer, text)
		}
	}
}

func TestTheCauseNamesWhatAPersonCanMend(t *testing.T) {
	plainWay, proxied := ipc.Way{}, ipc.Way{Proxy: &ipc.Proxy{}}
	cases := map[string]struct {
		ways     []ipc.Way
		outcomes []ipc.Outcome
		want     ipc.Cause
	}{
		"all by name":                           {[]ipc.Way{plainWay, plainWay}, []ipc.Outcome{"nameNotFound", "nameNotFound"}, ipc.CauseNameNotFound},
		"one by name":                           {[]ipc.Way{plainWay, plainWay}, []ipc.Outcome{"nameNotFound", "refused"}, ipc.CauseNoWay},
		"firewall, and the proxy wants a word":  {[]ipc.Way{plainWay, proxied}, []ipc.Outcome{"refused", "proxyAuthRequired"}, ipc.CauseProxyAuthRequired},
		"1194 forbidden, 443 wants credentials": {[]ipc.Way{proxied, proxied}, []ipc.Outcome{"proxyForbids", "proxyAuthRequired"}, ipc.CauseProxyAuthRequired},
		"wrong credentials before missing ones": {[]ipc.Way{proxied, proxied}, []ipc.Outcome{"proxyAuthRequired", "proxyAuthRefused"}, ipc.CauseProxyAuthRefused},
		"forbidden everywhere":                  {[]ipc.Way{plainWay, proxied, proxied}, []ipc.Outcome{"silent", "proxyForbids", "proxyForbids"}, ipc.CauseProxyForbids},
		"1194 forbidden, 443 open but silent":   {[]ipc.Way{proxied, proxied}, []ipc.Outcome{"proxyForbids", "silent"}, ipc.CauseNoWay},
		"the proxy is gone":                     {[]ipc.Way{plainWay, proxied}, []ipc.Outcome{"refused", "proxyUnreachable"}, ipc.CauseProxyUnreachable},
		"nothing was even started":              {[]ipc.Way{plainWay}, nil, ipc.CauseNoWay},
	}
	for name, c := range cases {
		var fallen []ipc.Attempt
		for way, outcome := range c.outcomes {
			fallen = append(fallen, ipc.Attempt{Way: way, Outcome: outcome})
		}
		if got := causeOf(c.ways, fallen); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
