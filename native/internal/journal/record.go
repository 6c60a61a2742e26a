// Package journal remembers what the helper did to the machine before it does it, so that whoever starts next can undo it:
// after a crash, a kill -9, a power cut, an uninstall.
package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"

	"anslut/native/internal/ipc"
)

// version of the file. A file of another version is moved aside like a corrupt one: half-understood is not understood.
const version = 1

// Child is a process of ours. Its id alone means nothing after a crash: it may belong to an innocent by then.
type Child struct {
	PID int `json:"pid"`
	// StartTicks is field 22 of /proc/PID/stat: clock ticks since boot.
	StartTicks uint64 `json:"startTicks"`
	Executable string `json:"executable"`
}

// Record is all that one tunnel does to the machine.
type Record struct {
	// BootID tells whether process ids still mean anything.
	BootID string `json:"bootId"`
	// Adapter is the interface that was or is about to be made.
	Adapter string `json:"adapter"`
	// Owner is the uid that may open the adapter: what makes it recognisable as ours.
	Owner     uint32         `json:"owner"`
	Addresses []netip.Addr   `json:"addresses"`
	Routes    []netip.Prefix `json:"routes"`
	Neighbour netip.Addr     `json:"neighbour"`
	Children  []Child        `json:"children"`
}

// Entries counts what the record holds.
func (record Record) Entries() int {
	count := len(record.Addresses) + len(record.Routes) + len(record.Children)
	if record.Adapter != "" {
		count++
	}
	if record.Neighbour.IsValid() {
		count++
	}
	return count
}

type file struct {
	Version int    `json:"version"`
	Record  Record `json:"record"`
}

var errShape = errors.New("is no journal of this version")

const (
	maxFileBytes = 1 << 20
	maxAdapter   = 15
	maxChildren  = 16
	maxPID       = 1 << 22
)

func encode(record Record) ([]byte, error) {
	return json.Marshal(file{Version: version, Record: record})
}

// decode checks as it reads: the file is root's, but a disk that lies must not make us kill or remove what is not ours.
func decode(body []byte) (Record, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	var read file
	if err := decoder.Decode(&read); err != nil {
		return Record{}, fmt.Errorf("parse the journal: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Record{}, fmt.Errorf("parse the journal: something follows it: %w", errShape)
	}
	record := read.Record
	fits := read.Version == version && record.BootID != "" && len(record.Adapter) <= maxAdapter &&
		len(record.Routes) <= 2*ipc.MaxRoutes+8 && len(record.Children) <= maxChildren
	for _, child := range record.Children {
		fits = fits && child.PID > 1 && child.PID <= maxPID && child.StartTicks > 0 && child.Executable != ""
	}
	if !fits {
		return Record{}, fmt.Errorf("check the journal: %w", errShape)
	}
	return record, nil
}
