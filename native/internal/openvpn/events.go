package openvpn

import (
	"net/netip"

	"anslut/native/internal/ipc"
)

// Event is Connected, Traffic or Ended.
type Event interface{ event() }

// Connected says that server and ticket accepted each other. Local is the pushed address, if there was one.
type Connected struct{ Local netip.Addr }

// Traffic is the bytes so far.
type Traffic struct{ Received, Sent uint64 }

// Ended is the last event: the process is gone, and why.
type Ended struct{ Failure *ipc.Failure }

func (Connected) event() {}
func (Traffic) event()   {}
func (Ended) event()     {}
