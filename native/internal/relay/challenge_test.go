package relay

import (
	"encoding/base64"
	"errors"
	"reflect"
	"strings"
	"testing"

	"anslut/native/internal/ipc"
)

func TestChallenges(t *testing.T) {
	type parameters = map[string]string
	cases := map[string]struct {
		fields []string
		want   []challenge
	}{
		"none":      {nil, nil},
		"basic":     {[]string{`Basic realm="office"`}, []challenge{{"basic", parameters{"realm": "office"}}}},
		"bare":      {[]string{`Negotiate`}, []challenge{{"negotiate", parameters{}}}},
		"token68":   {[]string{`Negotiate YII/ab+=, NTLM`}, []challenge{{"negotiate", parameters{"yii/ab+": ""}}, {"ntlm", parameters{}}}},
		"two lines": {[]string{`Digest nonce="n"`, `Basic realm=plain`}, []challenge{{"digest", parameters{"nonce": "n"}}, {"basic", parameters{"realm": "plain"}}}},
		"two in one line, with commas in the texts": {
			[]string{`Digest realm="a, Basic realm=\"b\"", qop="auth,auth-int", nonce=abc, stale=FALSE, Basic realm="c\\d"`},
			[]challenge{
				{"digest", parameters{"realm": `a, Basic realm="b"`, "qop": "auth,auth-int", "nonce": "abc", "stale": "FALSE"}},
				{"basic", parameters{"realm": `c\d`}},
			},
		},
		"spaces around the equals sign":     {[]string{`Digest realm = "x" ,, nonce	=	y`}, []challenge{{"digest", parameters{"realm": "x", "nonce": "y"}}}},
		"a parameter twice":                 {[]string{`Basic realm=a, realm=b`}, []challenge{{"basic", parameters{"realm": "a"}}}},
		"control characters are left out":   {[]string{"Digest realm=\"a\x01b\", nonce=n"}, []challenge{{"digest", parameters{"nonce": "n"}}}},
		"a quotation that never ends":       {[]string{`Digest nonce="abc\`, `Basic`}, []challenge{{"digest", parameters{"nonce": "abc"}}, {"basic", parameters{}}}},
		"rubbish before":                    {[]string{`="x", ,=, "y" Basic realm=z`}, nil},
		"a parameter without a challenge":   {[]string{`realm="x", Basic realm=z`}, []challenge{{"basic", parameters{"realm": "z"}}}},
		"names are the same in either case": {[]string{`DIGEST Nonce=Ab, ALGORITHM=MD5`}, []challenge{{"digest", parameters{"nonce": "Ab", "algorithm": "MD5"}}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := parseChallenges(c.fields); !reflect.DeepEqual(got, c.want) && c.want != nil {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestTheStrongestChallengeIsAnswered(t *testing.T) {
	cases := map[string]struct {
		fields []string
		scheme string
		hash   string
	}{
		"digest before basic":                  {[]string{`Basic realm=a, Digest nonce=n`}, "digest", ""},
		"SHA-256 before MD5":                   {[]string{`Digest nonce=n, algorithm=MD5`, `Digest nonce=n, algorithm=SHA-256`}, "digest", "SHA-256"},
		"the first of equals":                  {[]string{`Digest nonce=n, algorithm=MD5-sess, Digest nonce=n, algorithm=MD5`}, "digest", "MD5-sess"},
		"basic when the digest is unknown":     {[]string{`Digest nonce=n, algorithm=SHA-512-256, Basic realm=a`}, "basic", ""},
		"basic when the digest has no nonce":   {[]string{`Digest realm=a, Basic realm=a`}, "basic", ""},
		"basic when the digest wants auth-int": {[]string{`Digest nonce=n, qop=auth-int, Basic realm=a`}, "basic", ""},
		"none of those that are dead":          {[]string{`NTLM`, `Negotiate`}, "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			best, ok := strongest(parseChallenges(c.fields))
			if ok != (c.scheme != "") || best.scheme != c.scheme || best.parameters["algorithm"] != c.hash {
				t.Errorf("%+v", best)
			}
		})
	}
}

// RFC 7616 has no example for CONNECT, so a second implementation in digest_test.go, guarded by the RFC's own example, says
// what the response must be.
func TestDigestAgainstAReferenceThatFollowsTheRFCLetterByLetter(t *testing.T) {
	const nonce, opaque, client = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
	credentials := ipc.ProxyCredentials{Username: `M"uf\asa`, Password: "Circle of Life: ü"}
	for _, c := range []struct{ algorithm, qop, want string }{
		{"MD5", "auth", reference("md5", false, true, nonce, client)},
		{"SHA-256", "auth", reference("sha256", false, true, nonce, client)},
		{"MD5-sess", "auth, auth-int", reference("md5", true, true, nonce, client)},
		{"SHA-256-sess", "auth", reference("sha256", true, true, nonce, client)},
		{"", "", reference("md5", false, false, nonce, client)},
	} {
		field := `Digest realm="http-auth@example.org", nonce="` + nonce + `", opaque="` + opaque + `"`
		if c.algorithm != "" {
			field += ", algorithm=" + c.algorithm
		}
		if c.qop != "" {
			field += `, qop="` + c.qop + `"`
		}
		answer, err := parseChallenges([]string{field})[0].authorization(credentials, "portal.example:443", client)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(answer, `response="`+c.want+`"`) || !strings.HasPrefix(answer, `Digest username="M\"uf\\asa", realm="http-auth@example.org", `) {
			t.Errorf("%s %s: %s, want %s", c.algorithm, c.qop, answer, c.want)
		}
		if hasCount := strings.Contains(answer, "qop=auth, nc=00000001"); hasCount != (c.qop != "") {
			t.Errorf("%s %s: %s", c.algorithm, c.qop, answer)
		}
		if strings.Contains(answer, credentials.Password) || !strings.Contains(answer, `opaque="`+opaque+`"`) {
			t.Errorf("answer %s", answer)
		}
	}
}

func TestBasicTakesAnyCharacterButAColonInTheName(t *testing.T) {
	basic := challenge{scheme: "basic", parameters: map[string]string{}}
	answer, err := basic.authorization(ipc.ProxyCredentials{Username: "jörg", Password: `a:b"c\+ %`}, "x:1", "")
	if decoded, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(answer, "Basic ")); err != nil || string(decoded) != `jörg:a:b"c\+ %` {
		t.Errorf("%q, %v", decoded, err)
	}
	if _, err := basic.authorization(ipc.ProxyCredentials{Username: "a:b", Password: "secret"}, "x:1", ""); !errors.Is(err, errColon) || strings.Contains(err.Error(), "secret") {
		t.Errorf("a colon: %v", err)
	}
	digest := challenge{scheme: "digest", parameters: map[string]string{"nonce": "n"}}
	if _, err := digest.authorization(ipc.ProxyCredentials{Username: "a\r\nX: y", Password: "secret"}, "x:1", ""); !errors.Is(err, errControl) {
		t.Errorf("a line break: %v", err)
	}
}

// FuzzProxyAnswer: whatever a proxy says, we neither break nor send a line break back, and what follows the head is kept.
func FuzzProxyAnswer(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 Connection established\r\n\r\n\x00\x0e\x40rest",
		"HTTP/1.0 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"a\"\r\nContent-Length: 3\r\n\r\nabc",
		"HTTP/1.1 407 x\r\nProxy-Authenticate: Digest realm=\"a, b\", nonce=\"c\\\"d\", qop=\"auth\", algorithm=SHA-256-sess, stale=true\r\nProxy-Authenticate: Negotiate YII=\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 x\r\nX-Squid-Error: ERR_CONNECT_FAIL 110\r\n\r\n",
		"HTTP/1.1 403\r\n\r\n", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
		"HTTP/1.1 407 x\r\nProxy-Authenticate: ==,,\"\\\r\nProxy-Authenticate: Digest\x00 nonce=\x01\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		reader := newResponseReader(strings.NewReader(string(said)))
		if reader.await() != nil {
			return
		}
		response, err := reader.read()
		if err != nil {
			if strings.ContainsFunc(exchangeFallout(err).detail, func(r rune) bool { return r < ' ' }) {
				t.Errorf("detail %q", err)
			}
			return
		}
		reason := statusFallout(response)
		if len(reason.detail) > detailRunes || strings.ContainsFunc(reason.detail, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("detail %q", reason.detail)
		}
		if rest := string(reader.rest()); !strings.HasSuffix(string(said), rest) && reader.bound.N > 0 && len(said) < 4096 {
			t.Errorf("rest %q is not the end of %q", rest, said)
		}
		challenges := parseChallenges(response.Header.Values("Proxy-Authenticate"))
		_ = schemes(challenges)
		if best, ok := strongest(challenges); ok {
			answer, err := best.authorization(ipc.ProxyCredentials{Username: "user", Password: "pass"}, "portal.example:443", "0123")
			if err != nil || strings.ContainsAny(answer, "\r\n\x00") {
				t.Errorf("answer %q, error %v", answer, err)
			}
		}
		_ = reader.drain(response)
	})
}
