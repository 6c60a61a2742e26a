package openvpn

import (
	"strings"

	"anslut/native/internal/ipc"
)

// verdict gathers what a child said about its end, so that a person hears the cause and not the last symptom.
type verdict struct {
	connected bool
	// certain is the first cause that nothing later can overrule.
	certain *ipc.Failure
	// reason is why OpenVPN says that it exits or starts anew.
	reason string
	// last is the newest line that sounds like an error.
	last string
}

// mistrust are the lines that say: the other end is not the one that the ticket names.
var mistrust = []string{
	"VERIFY ERROR", "VERIFY X509NAME ERROR", "VERIFY KU ERROR", "VERIFY EKU ERROR", "certificate verify failed",
	"tls-crypt unwrap error", "Certificate does not have key usage extension", "TLS Error: unsupported protocol",
}

// hear takes one line into account. It gives true when the child must be ended at once.
func (verdict *verdict) hear(heard line) bool {
	switch heard.kind {
	case passwordRefused:
		verdict.settle(ipc.CauseTicketRefused, heard.text)
		return true
	case halted:
		cause := ipc.CauseRevoked
		if strings.HasSuffix(heard.text, string(ipc.CauseTunnelReplaced)) {
			cause = ipc.CauseTunnelReplaced
		}
		verdict.settle(cause, heard.text)
		return true
	case restarted:
		verdict.settle(ipc.CauseTunnelLost, "the server asks to dial anew: "+heard.text)
		return true
	case fatal:
		verdict.settle(fatalCause(heard.text), heard.text)
	case stateChanged:
		return verdict.hearState(heard)
	case logged:
		verdict.hearLog(heard)
	}
	return false
}

func (verdict *verdict) hearState(heard line) bool {
	switch heard.state {
	case "CONNECTED":
		verdict.connected = true
	case "EXITING", "RECONNECTING":
		if verdict.reason == "" {
			verdict.reason = heard.text
		}
		return heard.state == "RECONNECTING"
	}
	return false
}

func (verdict *verdict) hearLog(heard line) {
	for _, sign := range mistrust {
		if strings.Contains(heard.text, sign) {
			verdict.settle(ipc.CauseServerUntrusted, heard.text)
			return
		}
	}
	if strings.ContainsAny(heard.flags, "FN") {
		verdict.last = heard.text
	}
}

func (verdict *verdict) settle(cause ipc.Cause, detail string) {
	if verdict.certain == nil {
		verdict.certain = &ipc.Failure{Cause: cause, Detail: detail}
	}
}

func fatalCause(text string) ipc.Cause {
	for _, sign := range []string{"TUN/TAP", "TUNSETIFF", "tun/tap", "/dev/net/tun"} {
		if strings.Contains(text, sign) {
			return ipc.CauseAdapterFailed
		}
	}
	return ipc.CauseOpenvpnDied
}

// failure gives the cause once the process is gone; exit is how it ended.
func (verdict *verdict) failure(exit error) *ipc.Failure {
	switch {
	case verdict.certain != nil:
		return verdict.certain
	case verdict.reason == "tls-error" && !verdict.connected:
		return &ipc.Failure{Cause: ipc.CauseServerUntrusted, Detail: join("tls-error", verdict.last)}
	case verdict.reason != "":
		return &ipc.Failure{Cause: ipc.CauseTunnelLost, Detail: join(verdict.reason, verdict.last)}
	case exit != nil:
		return &ipc.Failure{Cause: ipc.CauseOpenvpnDied, Detail: join(exit.Error(), verdict.last), Err: exit}
	}
	return &ipc.Failure{Cause: ipc.CauseOpenvpnDied, Detail: join("OpenVPN ended without a reason", verdict.last)}
}

func join(texts ...string) string {
	var said []string
	for _, text := range texts {
		if text != "" {
			said = append(said, text)
		}
	}
	return strings.Join(said, ": ")
}
