package relay

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"

	"anslut/native/internal/ipc"
)

// fallout is why a way is out. Its detail never carries a secret: it is made of endpoints, system errors and status codes.
type fallout struct {
	outcome ipc.Outcome
	detail  string
}

func (f fallout) Error() string { return string(f.outcome) + ": " + f.detail }

// dialFallout tells silence from a refusal: RST from the host, ICMP from a router or firewall (admin-prohibited is EHOSTUNREACH
// or EACCES), EPERM from the laptop's own rules. What else can go wrong (no address of that family, no route, too many files)
// never left the laptop, so nobody was silent.
func dialFallout(err error) fallout {
	var noName *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &noName):
		return fallout{ipc.OutcomeNameNotFound, err.Error()}
	case errors.Is(err, context.Canceled):
		return fallout{ipc.OutcomeSilent, "no answer to the connection attempt in time"}
	case errors.As(err, &timeout) && timeout.Timeout():
		return fallout{ipc.OutcomeSilent, err.Error()}
	default:
		return fallout{ipc.OutcomeRefused, err.Error()}
	}
}

// squidError is squid's explanation of a status: "ERR_CONNECT_FAIL 111" (errno of its own connect), "ERR_DNS_FAIL 0". Anything
// else in that field is not repeated: a proxy may put our own credentials there.
var squidError = regexp.MustCompile(`\AERR_[A-Z_]{1,40} [0-9]{1,5}\z`)

// statusFallout says what a proxy's answer to CONNECT means. 502 to 504 speak of the portal, all else of the proxy's own rules.
func statusFallout(response *http.Response) fallout {
	detail := strings.TrimSpace(fmt.Sprintf("the proxy says %d %s", response.StatusCode, http.StatusText(response.StatusCode)))
	squid := response.Header.Get("X-Squid-Error")
	if squidError.MatchString(squid) {
		detail += " (" + squid + ")"
	}
	switch {
	case strings.HasPrefix(squid, "ERR_DNS_FAIL "):
		return fallout{ipc.OutcomeNameNotFound, detail}
	case squid == squidTimedOut, response.StatusCode == http.StatusGatewayTimeout:
		return fallout{ipc.OutcomeSilent, detail}
	case response.StatusCode == http.StatusBadGateway, response.StatusCode == http.StatusServiceUnavailable:
		return fallout{ipc.OutcomeRefused, detail}
	default:
		return fallout{ipc.OutcomeProxyForbids, detail}
	}
}

// squidTimedOut names ETIMEDOUT of Linux.
const squidTimedOut = "ERR_CONNECT_FAIL 110"
