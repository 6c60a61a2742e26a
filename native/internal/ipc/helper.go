package ipc

import (
	"net"
	"net/netip"
	"time"
)

// Wire between agent or router and the helper (contract/helper.ts).

// Hello is the first frame of a client.
type Hello struct {
	Protocol int    `json:"protocol" is:"int"`
	Client   string `json:"client" is:"text=100"`
}

// Slice is one of the account's networks in which the ticket gives us an address.
type Slice struct {
	Network netip.Prefix `json:"network"`
	Address netip.Addr   `json:"address"`
	Gateway netip.Addr   `json:"gateway"`
}

// Addressing is how the tunnel gets its address: DHCP or Pushed.
type Addressing interface{ Slices() []Slice }

// DHCP is a TAP whose address comes by DHCP and must be the very one of a slice.
type DHCP struct {
	MAC   net.HardwareAddr `json:"mac"`
	Offer []Slice          `json:"slices" items:"1-2"`
}

// Pushed is a TUN whose address is pushed by the server and must be the very one of a slice.
type Pushed struct {
	Offer []Slice `json:"slices" items:"1-2"`
}

// Slices gives the slices of the ticket, the preferred one first.
func (addressing DHCP) Slices() []Slice { return addressing.Offer }

// Slices gives the slices of the ticket, the preferred one first.
func (addressing Pushed) Slices() []Slice { return addressing.Offer }

// Server is what the tunnel must end at.
type Server struct {
	Name      string `json:"name" is:"host"`
	Authority string `json:"authority" is:"pem"`
	ClientKey string `json:"clientKey" is:"pem"`
}

// Credentials are the ticket's own: one-time, never a person's password.
type Credentials struct {
	Username string `json:"username" is:"id"`
	Password string `json:"password" is:"secret"`
}

// Identity is a router's own certificate and key.
type Identity struct {
	Certificate string `json:"certificate" is:"pem"`
	PrivateKey  string `json:"privateKey" is:"pem"`
}

// Request is one of Prepare, Connect, SetRoutes, ChangeRoutes, Disconnect, Resume, Status, Diagnose, Logs.
type Request interface{ RequestID() int64 }

// Prepare opens the ways of a connect that will follow.
type Prepare struct {
	ID   int64 `json:"id" is:"1-"`
	Ways []Way `json:"ways" items:"1-16"`
}

// Connect asks for the tunnel.
type Connect struct {
	ID          int64       `json:"id" is:"1-"`
	Ticket      string      `json:"ticket" is:"id"`
	Ways        []Way       `json:"ways" items:"1-16"`
	Server      Server      `json:"server"`
	Credentials Credentials `json:"credentials"`
	Identity    *Identity   `json:"identity"`
	Addressing  Addressing  `json:"addressing"`
}

// SetRoutes names all machine networks that shall be routed from now on.
type SetRoutes struct {
	ID       int64          `json:"id" is:"1-"`
	Networks []netip.Prefix `json:"networks" items:"0-4096"`
}

// ChangeRoutes names the difference to what the answer of that revision left standing.
type ChangeRoutes struct {
	ID       int64          `json:"id" is:"1-"`
	Revision int64          `json:"revision" is:"1-"`
	Add      []netip.Prefix `json:"add" items:"0-4096"`
	Remove   []netip.Prefix `json:"remove" items:"0-4096"`
}

// Disconnect ends the tunnel and is answered when all of it is undone.
type Disconnect struct {
	ID int64 `json:"id" is:"1-"`
}

// Resume takes the tunnel of the same user over.
type Resume struct {
	ID int64 `json:"id" is:"1-"`
}

// Status asks for the tunnel and the laptop's own networks.
type Status struct {
	ID int64 `json:"id" is:"1-"`
}

// Diagnose asks whether the helper has all that it needs.
type Diagnose struct {
	ID int64 `json:"id" is:"1-"`
}

// Logs asks for the newest lines of the redacted log.
type Logs struct {
	ID    int64 `json:"id" is:"1-"`
	Lines int   `json:"lines" is:"1-2000"`
}

// RequestID is the id of the client's choice.
func (request Prepare) RequestID() int64      { return request.ID }
func (request Connect) RequestID() int64      { return request.ID }
func (request SetRoutes) RequestID() int64    { return request.ID }
func (request ChangeRoutes) RequestID() int64 { return request.ID }
func (request Disconnect) RequestID() int64   { return request.ID }
func (request Resume) RequestID() int64       { return request.ID }
func (request Status) RequestID() int64       { return request.ID }
func (request Diagnose) RequestID() int64     { return request.ID }
func (request Logs) RequestID() int64         { return request.ID }

// Ownership says whose tunnel there is, seen from one caller.
type Ownership string

// The ownerships of a welcome.
const (
	TunnelNone    Ownership = "none"
	TunnelOwn     Ownership = "own"
	TunnelForeign Ownership = "foreign"
)

// Phase is how far the tunnel is.
type Phase string

// The phases of a tunnel.
const (
	PhaseDialling   Phase = "dialling"
	PhaseSecuring   Phase = "securing"
	PhaseAddressing Phase = "addressing"
	PhaseUp         Phase = "up"
	PhaseClosing    Phase = "closing"
)

// RouteState is what became of one network of a setRoutes.
type RouteState string

// The states of a route.
const (
	RouteSet     RouteState = "set"
	RouteRefused RouteState = "refused"
	RouteFailed  RouteState = "failed"
)

// Level is the weight of a log line.
type Level string

// The levels of the log.
const (
	LevelDebug Level = "debug"
	LevelInfo  Level = "info"
	LevelWarn  Level = "warn"
	LevelError Level = "error"
)

// LocalNetwork is a network that the laptop stands in itself.
type LocalNetwork struct {
	Network netip.Prefix `json:"network"`
	Adapter string       `json:"adapter" is:"text=64"`
}

// Gateway is the next hop of the default route.
type Gateway struct {
	Address netip.Addr       `json:"address"`
	MAC     net.HardwareAddr `json:"mac" null:"may"`
	Adapter string           `json:"adapter" is:"text=64"`
}

// TunnelStatus is the tunnel as the helper has it.
type TunnelStatus struct {
	Ticket   string         `json:"ticket" is:"id"`
	Phase    Phase          `json:"phase"`
	Adapter  string         `json:"adapter" is:"text=64"`
	Way      *int           `json:"way" is:"0-15"`
	Slice    *Slice         `json:"slice"`
	Networks []netip.Prefix `json:"networks" items:"0-4096"`
	Since    time.Time      `json:"since"`
	Received uint64         `json:"received" is:"0-"`
	Sent     uint64         `json:"sent" is:"0-"`
}

// RouteResult is what became of one network of a setRoutes.
type RouteResult struct {
	Network netip.Prefix `json:"network"`
	State   RouteState   `json:"state"`
	Cause   *Cause       `json:"cause"`
	Detail  string       `json:"detail" is:"detail"`
}

// PolicyHealth says whether the policy file could be read and decoded.
type PolicyHealth struct {
	Valid  bool   `json:"valid"`
	Detail string `json:"detail" is:"detail"`
}

var (
	_ = words(TunnelNone, TunnelOwn, TunnelForeign)
	_ = words(PhaseDialling, PhaseSecuring, PhaseAddressing, PhaseUp, PhaseClosing)
	_ = words(RouteSet, RouteRefused, RouteFailed)
	_ = words(LevelDebug, LevelInfo, LevelWarn, LevelError)
	_ = literal[Hello]("type", "hello")
	_ = union("kind", map[string]Addressing{"dhcp": DHCP{}, "pushed": Pushed{}})
	_ = union("type", map[string]Request{
		"prepare": Prepare{}, "connect": Connect{}, "setRoutes": SetRoutes{}, "changeRoutes": ChangeRoutes{}, "disconnect": Disconnect{}, "resume": Resume{}, "status": Status{},
		"diagnose": Diagnose{}, "logs": Logs{},
	})
)

// DecodeHello checks and decodes the first frame of a client.
func DecodeHello(body []byte) (Hello, error) { return decodeAs[Hello]("helper", body) }

// DecodeRequest checks and decodes a request.
func DecodeRequest(body []byte) (Request, error) { return decodeAs[Request]("helper", body) }
