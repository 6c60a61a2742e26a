package relay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"anslut/native/internal/ipc"
)

// maxExchanges bounds how often one way asks its proxy: without credentials, with them, with a fresh nonce where the first
// was stale, and once more for a connection that the proxy closed in between.
const maxExchanges = 4

// throughProxy asks the way's proxy for a tunnel (RFC 9110, 9.3.6). Its error is a [fallout].
func (o opener) throughProxy(ctx context.Context, way ipc.Way) (opened, error) {
	dialogue := proxyDialogue{opener: o, proxy: *way.Proxy, target: endpoint(way.Host, way.Port)}
	connection, err := dialogue.run(ctx)
	if err != nil && dialogue.conn != nil {
		dialogue.conn.Close()
	}
	return connection, err
}

// proxyDialogue is what is said with one proxy for one way.
type proxyDialogue struct {
	opener opener
	proxy  ipc.Proxy
	target string

	conn *proxyConn
	// answered is the challenge that authorization answers; empty while we have shown no credentials.
	answered      challenge
	authorization string
}

func (d *proxyDialogue) run(ctx context.Context) (opened, error) {
	for range maxExchanges {
		isReused := d.conn != nil
		if !isReused {
			tcp, err := d.opener.dial(ctx, d.proxy.Host, d.proxy.Port)
			if err != nil {
				return opened{}, fallout{ipc.OutcomeProxyUnreachable, dialFallout(err).detail}
			}
			d.conn = newProxyConn(tcp)
		}
		response, err := d.conn.exchange(ctx, d.request(), d.opener.patience)
		if isReused && errors.Is(err, errUnanswered) {
			d.hangUp() // closed in between, as a proxy may: that says nothing
			continue
		}
		if err != nil {
			return opened{}, exchangeFallout(err)
		}
		switch {
		case response.StatusCode/100 == 2:
			return d.conn.tunnel(), nil
		case response.StatusCode == http.StatusUnauthorized && d.authorization != "":
			return opened{}, d.refused() // tinyproxy asks with 407 and refuses with 401
		case response.StatusCode != http.StatusProxyAuthRequired:
			return opened{}, statusFallout(response)
		}
		if err := d.authorize(response); err != nil {
			return opened{}, err
		}
		if !d.conn.canGoOn(ctx, response, d.opener.patience) {
			d.hangUp()
		}
	}
	return opened{}, fallout{ipc.OutcomeProxyForbids, "the proxy asks for credentials again and again"}
}

func (d *proxyDialogue) hangUp() {
	d.conn.Close()
	d.conn = nil
}

func (d *proxyDialogue) request() string {
	lines := []string{"CONNECT " + d.target + " HTTP/1.1", "Host: " + d.target, "User-Agent: anslut", "Proxy-Connection: keep-alive"}
	if d.authorization != "" {
		lines = append(lines, "Proxy-Authorization: "+d.authorization)
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

// authorize prepares the answer to a 407, or says why there is none.
func (d *proxyDialogue) authorize(response *http.Response) error {
	challenges := parseChallenges(response.Header.Values("Proxy-Authenticate"))
	best, canAnswer := strongest(challenges)
	if !canAnswer {
		return fallout{ipc.OutcomeProxyForbids, "the proxy offers only " + schemes(challenges)}
	}
	if d.proxy.Credentials == nil {
		return fallout{ipc.OutcomeProxyAuthRequired, "the proxy wants credentials: " + schemes(challenges)}
	}
	wasStale := d.answered.scheme == "digest" && best.isStale() && !d.answered.isStale()
	if d.authorization != "" && !wasStale {
		return d.refused()
	}
	if d.opener.refusals.has(d.proxy) {
		return fallout{ipc.OutcomeProxyAuthRefused, "the proxy has refused user and password on another way"}
	}
	authorization, err := best.authorization(*d.proxy.Credentials, d.target, newClientNonce())
	if err != nil {
		return fallout{ipc.OutcomeProxyAuthRefused, err.Error()}
	}
	d.answered, d.authorization = best, authorization
	return nil
}

// refused remembers that the proxy does not accept the credentials.
func (d *proxyDialogue) refused() error {
	d.opener.refusals.add(d.proxy)
	return fallout{ipc.OutcomeProxyAuthRefused, "the proxy does not accept user and password (" + d.answered.scheme + ")"}
}

// schemes lists what a proxy offers, for the log, in our own words: a proxy may well put our credentials where a name belongs.
func schemes(challenges []challenge) string {
	if len(challenges) == 0 {
		return "nothing that can be read"
	}
	names := make([]string, 0, len(challenges))
	for _, c := range challenges {
		switch c.scheme {
		case "basic", "ntlm", "negotiate", "kerberos":
			names = append(names, c.scheme)
		case "digest":
			name := c.scheme
			if _, isKnown := c.algorithm(); !isKnown {
				name += " of an unknown algorithm"
			}
			names = append(names, name)
		default:
			names = append(names, "something unknown")
		}
	}
	return strings.Join(slices.Compact(names), ", ")
}

// exchangeFallout: a proxy that is silent about a CONNECT is waiting for the portal (squid does so for a minute); one that
// cuts or talks something else is none.
func exchangeFallout(err error) fallout {
	if errors.Is(err, errNoResponse) {
		return fallout{ipc.OutcomeSilent, "the proxy has not answered CONNECT in time"}
	}
	return fallout{ipc.OutcomeProxyUnreachable, fmt.Sprintf("no HTTP proxy: %v", err)}
}

// refusals remembers which credentials a proxy has refused, so that a race of many ways does not use up the tries after
// which a directory locks the person out.
type refusals struct{ known sync.Map }

type refusalKey struct {
	host        string
	port        int
	credentials ipc.ProxyCredentials
}

func (r *refusals) add(proxy ipc.Proxy) {
	r.known.Store(refusalKey{proxy.Host, proxy.Port, *proxy.Credentials}, true)
}

func (r *refusals) has(proxy ipc.Proxy) bool {
	_, known := r.known.Load(refusalKey{proxy.Host, proxy.Port, *proxy.Credentials})
	return known
}
