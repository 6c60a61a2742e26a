package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"anslut/native/internal/ipc"
)

// RangesOf gives what a policy says about networks. Nil: no policy.
func RangesOf(policy *ipc.Policy) Ranges {
	if policy == nil {
		return Ranges{}
	}
	return Ranges{Also: policy.Tunnel.AlsoRoute, Never: policy.Tunnel.NeverRoute}
}

// CheckServer judges whether the policy accepts a tunnel to a server of this name under an authority (DER). Nil policy: any.
func CheckServer(name string, authorityDER []byte, policy *ipc.Policy) *ipc.Failure {
	if policy == nil {
		return nil
	}
	if names := policy.Tunnel.ServerNames; names != nil && !slices.ContainsFunc(names, matcher(name)) {
		return refuse(ipc.CausePolicyForbids, "the policy accepts no VPN server named %s", name)
	}
	digest := sha256.Sum256(authorityDER)
	fingerprint := hex.EncodeToString(digest[:])
	if accepted := policy.Tunnel.Authorities; accepted != nil && !slices.Contains(accepted, fingerprint) {
		return refuse(ipc.CausePolicyForbids, "the policy accepts no tunnel authority %s", fingerprint)
	}
	return nil
}

// matcher compares a name with patterns; `*.` at the front covers exactly one label.
func matcher(name string) func(pattern string) bool {
	return func(pattern string) bool {
		if parent, isWild := strings.CutPrefix(pattern, "*."); isWild {
			label, rest, hasParent := strings.Cut(name, ".")
			return hasParent && label != "" && strings.EqualFold(rest, parent)
		}
		return strings.EqualFold(name, pattern)
	}
}
