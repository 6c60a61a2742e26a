// Package ipc is the contract of the helper's wires in Go: frames, strict decoding, and every message as a closed type.
// It mirrors contract/{frame,values,constants,causes,helper,relay,policy}.ts; contract/fixtures is read by the tests of both.
package ipc

import "time"

// Protocol is the version that hello and welcome carry (contract/helper.ts, helperProtocol).
const Protocol = 1

// Numbers that two programs must agree on (contract/constants.ts).
const (
	MaxFrameBytes = 1 << 20
	MaxRoutes     = 4096
	MaxWays       = 16
	RaceStep      = 250 * time.Millisecond
	Grace         = 30 * time.Second
	RouteProtocol = 177
	TunnelALPN    = "anslut-vpn/1"
)

// SliceVendorClasses are the values of DHCP option 60 by which a client says which slice of its ticket it wants.
var SliceVendorClasses = [...]string{"anslut-1", "anslut-2"}
