package relay

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"strings"

	"anslut/native/internal/ipc"
)

var (
	errColon   = errors.New("a user name with a colon cannot be told to a proxy that knows only Basic")
	errControl = errors.New("a user name with control characters cannot be told to a proxy")
)

// digestAlgorithm is one of RFC 7616, 3.3.
type digestAlgorithm struct {
	strength  int
	isSession bool
	make      func() hash.Hash
}

// MD5 is what most proxies still ask for; Basic, the alternative, shows the password itself.
var digestAlgorithms = map[string]digestAlgorithm{
	"md5":          {2, false, md5.New},
	"md5-sess":     {2, true, md5.New},
	"sha-256":      {3, false, sha256.New},
	"sha-256-sess": {3, true, sha256.New},
}

// basicStrength is below every Digest.
const basicStrength = 1

func (c challenge) algorithm() (digestAlgorithm, bool) {
	name, named := c.parameters["algorithm"]
	if !named {
		name = "MD5"
	}
	known, ok := digestAlgorithms[strings.ToLower(name)]
	return known, ok
}

// strength orders challenges; 0 is one that we cannot answer.
func (c challenge) strength() int {
	switch c.scheme {
	case "basic":
		return basicStrength
	case "digest":
		algorithm, ok := c.algorithm()
		if !ok || c.parameters["nonce"] == "" || !c.allowsAuth() {
			return 0
		}
		return algorithm.strength
	default:
		return 0
	}
}

// allowsAuth: qop=auth is among the offers, or none is named (RFC 2069).
func (c challenge) allowsAuth() bool {
	offers, named := c.parameters["qop"]
	if !named {
		return true
	}
	for offer := range strings.SplitSeq(offers, ",") {
		if strings.EqualFold(strings.TrimSpace(offer), "auth") {
			return true
		}
	}
	return false
}

func (c challenge) isStale() bool { return strings.EqualFold(c.parameters["stale"], "true") }

// strongest returns the challenge to answer, the first of equals.
func strongest(challenges []challenge) (challenge, bool) {
	var best challenge
	for _, c := range challenges {
		if c.strength() > best.strength() {
			best = c
		}
	}
	return best, best.strength() > 0
}

// authorization answers a challenge for a CONNECT to a target. Its errors name no secret.
func (c challenge) authorization(credentials ipc.ProxyCredentials, target, clientNonce string) (string, error) {
	if !isClean(credentials.Username) {
		return "", errControl
	}
	if c.scheme == "basic" {
		if strings.Contains(credentials.Username, ":") {
			return "", errColon
		}
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(credentials.Username+":"+credentials.Password)), nil
	}
	return c.digest(credentials, target, clientNonce), nil
}

// digest is RFC 7616, 3.4. Each nonce is used once, so its count is always 1.
func (c challenge) digest(credentials ipc.ProxyCredentials, target, clientNonce string) string {
	const count = "00000001"
	algorithm, _ := c.algorithm()
	sum := func(parts ...string) string {
		h := algorithm.make()
		h.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(h.Sum(nil))
	}
	realm, nonce := c.parameters["realm"], c.parameters["nonce"]
	secret := sum(credentials.Username, realm, credentials.Password)
	if algorithm.isSession {
		secret = sum(secret, nonce, clientNonce)
	}
	action := sum("CONNECT", target)

	fields := []string{
		"username=" + quote(credentials.Username), "realm=" + quote(realm), "nonce=" + quote(nonce), "uri=" + quote(target),
	}
	if name, named := c.parameters["algorithm"]; named {
		fields = append(fields, "algorithm="+name)
	}
	if opaque, named := c.parameters["opaque"]; named {
		fields = append(fields, "opaque="+quote(opaque))
	}
	_, hasQop := c.parameters["qop"]
	if hasQop || algorithm.isSession {
		fields = append(fields, "cnonce="+quote(clientNonce))
	}
	if hasQop {
		fields = append(fields, "qop=auth", "nc="+count, "response="+quote(sum(secret, nonce, count, clientNonce, "auth", action)))
	} else {
		fields = append(fields, "response="+quote(sum(secret, nonce, action)))
	}
	return "Digest " + strings.Join(fields, ", ")
}

// newClientNonce draws our part of a digest.
func newClientNonce() string {
	random := make([]byte, 16)
	_, _ = rand.Read(random) // never fails (crypto/rand)
	return hex.EncodeToString(random)
}
