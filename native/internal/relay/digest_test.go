package relay

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"testing"
)

// reference computes RFC 7616, 3.4.1 to 3.4.3 in the RFC's own letters, for the credentials of the test.
func reference(hash string, session, qop bool, nonce, cnonce string) string {
	h := func(s string) string {
		if hash == "md5" {
			return fmt.Sprintf("%x", md5.Sum([]byte(s)))
		}
		return fmt.Sprintf("%x", sha256.Sum256([]byte(s)))
	}
	kd := func(secret, data string) string { return h(secret + ":" + data) }
	a1 := `M"uf\asa` + ":http-auth@example.org:Circle of Life: ü"
	if session {
		a1 = h(a1) + ":" + nonce + ":" + cnonce
	}
	a2 := "CONNECT:portal.example:443"
	if !qop {
		return kd(h(a1), nonce+":"+h(a2))
	}
	return kd(h(a1), nonce+":00000001:"+cnonce+":auth:"+h(a2))
}

// The RFC's own example (3.9.1) guards the reference's method: same construction, its method and path.
func TestTheReferenceGivesTheRFCsExample(t *testing.T) {
	h := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	got := h(h("Mufasa:http-auth@example.org:Circle of Life") +
		":7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v:00000001:f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ:auth:" + h("GET:/dir/index.html"))
	if got != "8ca523f5e9506fed4657c9700eebdbec" {
		t.Errorf("response %s", got)
	}
}
