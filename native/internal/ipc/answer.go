package ipc

import (
	"net/netip"
	"time"
)

// What the helper says (contract/helper.ts, HelperMessage).

// Message is one of Welcome, Reply, Refusal, Event.
type Message interface{ message() }

// Welcome answers a hello.
type Welcome struct {
	Protocol int       `json:"protocol" is:"int"`
	Version  string    `json:"version" is:"text=100"`
	Tunnel   Ownership `json:"tunnel"`
}

// Reply answers a request that was done.
type Reply struct {
	ID     int64  `json:"id" is:"1-"`
	Result Result `json:"result"`
}

// Refusal answers a request that was not; id 0 where the request could not be read at all.
type Refusal struct {
	ID     int64  `json:"id" is:"0-"`
	Cause  Cause  `json:"cause"`
	Detail string `json:"detail" is:"detail"`
}

// Event carries what happened unasked.
type Event struct {
	Event Happening `json:"event"`
}

func (Welcome) message() {}
func (Reply) message()   {}
func (Refusal) message() {}
func (Event) message()   {}

// Result is one of Done, RouteResults, StaleRoutes, StatusResult, Diagnosis, LogLines.
type Result interface{ result() }

// Done answers connect and disconnect.
type Done struct{}

// RouteResults answers setRoutes and changeRoutes, one result per network in the order asked. The revision is the name of what
// stands now.
type RouteResults struct {
	Revision int64         `json:"revision" is:"1-"`
	Routes   []RouteResult `json:"routes" items:"0-4096"`
}

// StaleRoutes answers changeRoutes when its revision is not what stands; nothing was changed.
type StaleRoutes struct{}

// StatusResult answers status and resume.
type StatusResult struct {
	Tunnel        *TunnelStatus  `json:"tunnel"`
	LocalNetworks []LocalNetwork `json:"localNetworks" items:"0-256"`
	Gateway       *Gateway       `json:"gateway"`
}

// Diagnosis answers diagnose.
type Diagnosis struct {
	Version   string        `json:"version" is:"text=100"`
	Openvpn   *string       `json:"openvpn" is:"text=100"`
	TunDevice bool          `json:"tunDevice"`
	VpnUser   bool          `json:"vpnUser"`
	Policy    *PolicyHealth `json:"policy"`
	Leftovers int           `json:"leftovers" is:"0-"`
	Clock     time.Time     `json:"clock"`
}

// LogLines answers logs.
type LogLines struct {
	Lines []string `json:"lines" is:"text=4000" items:"0-2000"`
}

func (Done) result()         {}
func (RouteResults) result() {}
func (StaleRoutes) result()  {}
func (StatusResult) result() {}
func (Diagnosis) result()    {}
func (LogLines) result()     {}

// Happening is what an event says: one of the types below.
type Happening interface{ happening() }

// Attempted reports a way that fell out of the race.
type Attempted struct {
	Attempt Attempt `json:"attempt"`
}

// WayWon reports the way that answered first.
type WayWon struct {
	Way       int   `json:"way" is:"0-15"`
	ElapsedMs int64 `json:"elapsedMs" is:"0-"`
}

// Secured reports that server and ticket accepted each other.
type Secured struct {
	ElapsedMs int64 `json:"elapsedMs" is:"0-"`
}

// Addressed reports that address and account route are set.
type Addressed struct {
	Slice        Slice  `json:"slice"`
	Adapter      string `json:"adapter" is:"text=64"`
	LeaseSeconds *int64 `json:"leaseSeconds" is:"1-"`
	ElapsedMs    int64  `json:"elapsedMs" is:"0-"`
}

// LeaseRenewed reports a lease that goes on.
type LeaseRenewed struct {
	LeaseSeconds int64 `json:"leaseSeconds" is:"1-"`
}

// Traffic reports the bytes so far as OpenVPN counts them.
type Traffic struct {
	Received uint64 `json:"received" is:"0-"`
	Sent     uint64 `json:"sent" is:"0-"`
}

// NetworkChanged reports that the laptop's own networks or its default gateway changed.
type NetworkChanged struct{}

// RoutesLost reports networks of ours that are not routed any more although nobody asked.
type RoutesLost struct {
	Networks []netip.Prefix `json:"networks" items:"0-4096"`
}

// Taken reports that another connection of the same user has the tunnel now.
type Taken struct{}

// Closed reports that the tunnel is gone and everything of it undone.
type Closed struct {
	Cause  *Cause `json:"cause"`
	Detail string `json:"detail" is:"detail"`
}

// Log is one redacted line.
type Log struct {
	At    time.Time `json:"at"`
	Level Level     `json:"level"`
	Text  string    `json:"text" is:"text=4000"`
}

func (Attempted) happening()      {}
func (WayWon) happening()         {}
func (Secured) happening()        {}
func (Addressed) happening()      {}
func (LeaseRenewed) happening()   {}
func (Traffic) happening()        {}
func (NetworkChanged) happening() {}
func (RoutesLost) happening()     {}
func (Taken) happening()          {}
func (Closed) happening()         {}
func (Log) happening()            {}

var (
	_ = union("type", map[string]Message{
		"welcome": Welcome{}, "reply": Reply{}, "refusal": Refusal{}, "event": Event{},
	})
	_ = union("type", map[string]Result{
		"done": Done{}, "routes": RouteResults{}, "stale": StaleRoutes{}, "status": StatusResult{}, "diagnosis": Diagnosis{}, "logs": LogLines{},
	})
	_ = union("type", map[string]Happening{
		"attempted": Attempted{}, "wayWon": WayWon{}, "secured": Secured{}, "addressed": Addressed{},
		"leaseRenewed": LeaseRenewed{}, "traffic": Traffic{}, "networkChanged": NetworkChanged{}, "routesLost": RoutesLost{},
		"taken": Taken{}, "closed": Closed{}, "log": Log{},
	})
)

// DecodeMessage checks and decodes what a helper says.
func DecodeMessage(body []byte) (Message, error) { return decodeAs[Message]("helper", body) }
