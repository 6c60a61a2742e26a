package host

import (
	"errors"
	"fmt"
	"io"

	"anslut/native/internal/child"
	"anslut/native/internal/ipc"
	"anslut/native/internal/journal"
	"anslut/native/internal/session"
)

// relayProcess is a running `anslut-helper relay`.
type relayProcess struct {
	child   *child.Child
	reports chan ipc.RelayReport
}

// reportRoom holds all that a relay ever says: one report a way and three more.
const reportRoom = ipc.MaxWays + 8

// StartRelay starts the relay under the VPN user.
func (host *Host) StartRelay(start ipc.RelayStart, log session.Log) (session.Relay, error) {
	user, err := host.user()
	if err != nil {
		return nil, err
	}
	started, err := child.Start(user, host.places.Self, "relay")
	if err != nil {
		return nil, err
	}
	running := &relayProcess{child: started, reports: make(chan ipc.RelayReport, reportRoom)}
	if err := ipc.WriteFrame(started.Stdin, start); err != nil {
		started.Kill()
		return nil, fmt.Errorf("tell the relay its ways: %w", err)
	}
	go running.listen(log)
	return running, nil
}

// listen decodes what the relay says. It runs as another user: it is believed no more than a stranger.
func (running *relayProcess) listen(log session.Log) {
	defer close(running.reports)
	defer running.child.Stdout.Close()
	for {
		body, err := ipc.ReadFrame(running.child.Stdout)
		if err != nil {
			if !errors.Is(err, io.EOF) {
				log(ipc.LevelWarn, "relay: "+err.Error())
			}
			return
		}
		report, err := ipc.DecodeRelayReport(body)
		if err != nil {
			log(ipc.LevelError, err.Error())
			running.child.Kill()
			return
		}
		running.reports <- report
	}
}

// Reports gives what the relay says until it ends.
func (running *relayProcess) Reports() <-chan ipc.RelayReport { return running.reports }

// Entry describes the process for the journal.
func (running *relayProcess) Entry() journal.Child { return running.child.Entry }

// Stop ends the relay and waits.
func (running *relayProcess) Stop() { running.child.Kill() }
