package ipc

import "net/netip"

// The administrator's file (contract/policy.ts). The helper enforces Tunnel, the agent the rest.

// Policy is what people on this computer may not change.
type Policy struct {
	Version int           `json:"version" is:"1-1"`
	Tunnel  PolicyTunnel  `json:"tunnel"`
	Portals PolicyPortals `json:"portals"`
	Proxy   PolicyProxy   `json:"proxy" null:"may"`
	// Preferences and Reason are the agent's alone: the helper checks their form, so that a misspelt rule is seen, and goes on.
	Preferences *PolicyPreferences `json:"preferences" absent:"may"`
	Reason      *string            `json:"reason" is:"text=500" absent:"may"`
}

// PolicyTunnel is the helper's part. Nil ServerNames and Authorities mean any.
type PolicyTunnel struct {
	ServerNames []string       `json:"serverNames" is:"serverName" items:"0-64" null:"may"`
	Authorities []string       `json:"authorities" is:"sha256" items:"0-64" null:"may"`
	AlsoRoute   []netip.Prefix `json:"alsoRoute" items:"0-256"`
	NeverRoute  []netip.Prefix `json:"neverRoute" items:"0-256"`
}

// PolicyPortals is the agent's part about portals.
type PolicyPortals struct {
	Preset                   []PresetPortal `json:"preset" items:"0-64"`
	Others                   bool           `json:"others"`
	AcceptChangedCertificate bool           `json:"acceptChangedCertificate"`
}

// PresetPortal is a portal that is there from the start.
type PresetPortal struct {
	Host      string  `json:"host" is:"host"`
	Port      int     `json:"port" is:"port"`
	Authority *string `json:"authority" is:"sha256"`
}

// PolicyPreferences is what people may not choose for themselves; nil: it is not fixed. A language may be fixed to the system's (null).
type PolicyPreferences struct {
	Language            **Language `json:"language" absent:"may"`
	Theme               *Theme     `json:"theme" absent:"may"`
	ReconnectAfterSleep *bool      `json:"reconnectAfterSleep" absent:"may"`
	StartAtLogin        *bool      `json:"startAtLogin" absent:"may"`
	KeepSecrets         *bool      `json:"keepSecrets" absent:"may"`
}

// Language is one that every text exists in (contract/constants.ts).
type Language string

// Theme is how windows look.
type Theme string

var (
	_ = words[Language]("en", "de", "sv")
	_ = words[Theme]("system", "light", "dark", "contrast")
)

// PolicyProxy is a fixed proxy setting: ProxyNone, ProxyEnvironment, ProxyManual or ProxyPAC.
type PolicyProxy interface{ policyProxy() }

// ProxyNone forbids proxies.
type ProxyNone struct{}

// ProxyEnvironment takes the proxy from the environment.
type ProxyEnvironment struct{}

// ProxyManual names the proxy.
type ProxyManual struct {
	Host string `json:"host" is:"host"`
	Port int    `json:"port" is:"port"`
}

// ProxyPAC names a PAC file or URL.
type ProxyPAC struct {
	Source string `json:"source" is:"source"`
}

func (ProxyNone) policyProxy()        {}
func (ProxyEnvironment) policyProxy() {}
func (ProxyManual) policyProxy()      {}
func (ProxyPAC) policyProxy()         {}

var _ = union("mode", map[string]PolicyProxy{
	"none": ProxyNone{}, "environment": ProxyEnvironment{}, "manual": ProxyManual{}, "pac": ProxyPAC{},
})

// DecodePolicy checks and decodes the administrator's file.
func DecodePolicy(body []byte) (Policy, error) { return decodeAs[Policy]("policy", body) }
