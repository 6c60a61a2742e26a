package ipc

// Wire of `anslut-helper relay` (contract/relay.ts).

// ProxyCredentials is what a proxy asks of us.
type ProxyCredentials struct {
	Username string `json:"username" is:"secret"`
	Password string `json:"password" is:"secret"`
}

// Proxy is an HTTP proxy that allows CONNECT.
type Proxy struct {
	Host        string            `json:"host" is:"host"`
	Port        int               `json:"port" is:"port"`
	Credentials *ProxyCredentials `json:"credentials"`
}

// Wrap says that a way is wrapped in TLS: camouflage, trusted for nothing.
type Wrap struct {
	ServerName string `json:"serverName" is:"host"`
}

// Way is one way to the portal: straight or through a proxy, bare or wrapped in TLS.
type Way struct {
	Host  string `json:"host" is:"host"`
	Port  int    `json:"port" is:"port"`
	Proxy *Proxy `json:"proxy"`
	Wrap  *Wrap  `json:"wrap"`
}

// Mode is how the relay meets its caller.
type Mode string

// The modes of a relay.
const (
	ModeLoopback Mode = "loopback"
	ModeStdio    Mode = "stdio"
)

var _ = words(ModeLoopback, ModeStdio)

// RelayStart is the first and only frame that the starter writes.
type RelayStart struct {
	Mode      Mode  `json:"mode"`
	Ways      []Way `json:"ways" items:"1-16"`
	StepMs    int   `json:"stepMs" is:"0-10000"`
	TimeoutMs int   `json:"timeoutMs" is:"100-120000"`
}

// Outcome is how one way ended that did not win.
type Outcome string

// The outcomes of a way; their meanings are in contract/relay.ts.
const (
	OutcomeNameNotFound      Outcome = "nameNotFound"
	OutcomeRefused           Outcome = "refused"
	OutcomeSilent            Outcome = "silent"
	OutcomeClosed            Outcome = "closed"
	OutcomeUnanswered        Outcome = "unanswered"
	OutcomeProxyUnreachable  Outcome = "proxyUnreachable"
	OutcomeProxyAuthRequired Outcome = "proxyAuthRequired"
	OutcomeProxyAuthRefused  Outcome = "proxyAuthRefused"
	OutcomeProxyForbids      Outcome = "proxyForbids"
	OutcomeTLSFailed         Outcome = "tlsFailed"
	OutcomeLost              Outcome = "lost"
)

var _ = words(OutcomeNameNotFound, OutcomeRefused, OutcomeSilent, OutcomeClosed, OutcomeUnanswered, OutcomeProxyUnreachable,
	OutcomeProxyAuthRequired, OutcomeProxyAuthRefused, OutcomeProxyForbids, OutcomeTLSFailed, OutcomeLost)

// Attempt is how one way ended that did not win.
type Attempt struct {
	Way       int     `json:"way" is:"0-15"`
	Outcome   Outcome `json:"outcome"`
	ElapsedMs int64   `json:"elapsedMs" is:"0-"`
	Detail    string  `json:"detail" is:"detail"`
}

// RelayReport is what the relay says: RelayListening, RelayAttempt, RelayWon or RelayFailed.
type RelayReport interface{ relayReport() }

// RelayListening names the loopback port that OpenVPN is to dial.
type RelayListening struct {
	Port int `json:"port" is:"port"`
}

// RelayAttempt reports a way that fell out.
type RelayAttempt struct {
	Attempt Attempt `json:"attempt"`
}

// RelayWon reports the way that answered first.
type RelayWon struct {
	Way       int   `json:"way" is:"0-15"`
	ElapsedMs int64 `json:"elapsedMs" is:"0-"`
}

// RelayFailed reports that no way is left.
type RelayFailed struct {
	Cause  Cause  `json:"cause"`
	Detail string `json:"detail" is:"detail"`
}

func (RelayListening) relayReport() {}
func (RelayAttempt) relayReport()   {}
func (RelayWon) relayReport()       {}
func (RelayFailed) relayReport()    {}

var (
	_ = literal[RelayStart]("type", "start")
	_ = union("type", map[string]RelayReport{
		"listening": RelayListening{}, "attempt": RelayAttempt{}, "won": RelayWon{}, "failed": RelayFailed{},
	})
)

// DecodeRelayStart checks and decodes a start frame.
func DecodeRelayStart(body []byte) (RelayStart, error) { return decodeAs[RelayStart]("relay", body) }

// DecodeRelayReport checks and decodes a report frame.
func DecodeRelayReport(body []byte) (RelayReport, error) {
	return decodeAs[RelayReport]("relay", body)
}
