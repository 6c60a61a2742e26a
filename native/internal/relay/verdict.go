package relay

import (
	"fmt"
	"strings"

	"anslut/native/internal/ipc"
)

// detailRunes is how long a detail may be on the wire.
const detailRunes = 2000

// failure says why no way is left, and lists how each one ended.
func (s *race) failure() *ipc.RelayFailed {
	lines := make([]string, 0, len(s.fallen))
	for _, attempt := range s.fallen {
		lines = append(lines, fmt.Sprintf("%s: %s, %s", describe(s.relay.start.Ways[attempt.Way]), attempt.Outcome, attempt.Detail))
	}
	return &ipc.RelayFailed{
		Cause:  causeOf(s.relay.start.Ways, s.fallen),
		Detail: ipc.Shorten(strings.Join(lines, "; "), detailRunes),
	}
}

// describe names a way in the log, without credentials.
func describe(way ipc.Way) string {
	text := endpoint(way.Host, way.Port)
	if way.Wrap != nil {
		text += " in TLS"
	}
	if way.Proxy != nil {
		text += " through " + endpoint(way.Proxy.Host, way.Proxy.Port)
	}
	return text
}

// proxyCauses are the causes of which the proxy itself is the subject, the one that a person can mend first.
var proxyCauses = []struct {
	outcome ipc.Outcome
	cause   ipc.Cause
}{
	{ipc.OutcomeProxyAuthRefused, ipc.CauseProxyAuthRefused},
	{ipc.OutcomeProxyAuthRequired, ipc.CauseProxyAuthRequired},
	{ipc.OutcomeProxyForbids, ipc.CauseProxyForbids},
	{ipc.OutcomeProxyUnreachable, ipc.CauseProxyUnreachable},
}

// causeOf condenses how all ways ended into the one thing to tell a person. A proxy that wants (other) credentials is named
// even where it forbids other ways; that it forbids or is not there only where no way got past it.
func causeOf(ways []ipc.Way, fallen []ipc.Attempt) ipc.Cause {
	count := map[ipc.Outcome]int{}
	throughProxy := 0
	for _, attempt := range fallen {
		count[attempt.Outcome]++
		if ways[attempt.Way].Proxy != nil {
			throughProxy++
		}
	}
	if len(fallen) > 0 && count[ipc.OutcomeNameNotFound] == len(fallen) {
		return ipc.CauseNameNotFound
	}
	stoodInTheWay := 0
	for _, known := range proxyCauses {
		stoodInTheWay += count[known.outcome]
	}
	for _, known := range proxyCauses {
		isCredentials := known.outcome == ipc.OutcomeProxyAuthRefused || known.outcome == ipc.OutcomeProxyAuthRequired
		if count[known.outcome] > 0 && (isCredentials || stoodInTheWay == throughProxy) {
			return known.cause
		}
	}
	return ipc.CauseNoWay
}
