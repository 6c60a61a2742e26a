package relay

import (
	"context"
	"errors"
	"time"

	"anslut/native/internal/ipc"
)

var (
	errTimeUp = errors.New("the time for the race is up")
	errLost   = errors.New("another way has won")
)

// race starts the ways one after the other and returns the first that answers. Every other way is closed by then and, where
// it was started, reported; so is the winner.
func (r relay) race(ctx context.Context, first *firstBytes, caller caller) (*candidate, *ipc.RelayFailed) {
	defer first.decide()
	race := raceState{relay: r, first: first, caller: caller, begun: time.Now(), events: make(chan event, len(r.start.Ways))}
	ctx, stop := context.WithCancelCause(ctx)
	timeUp := time.NewTimer(time.Duration(r.start.TimeoutMs) * time.Millisecond)
	defer timeUp.Stop()
	step := time.NewTimer(0)
	defer step.Stop()
	for {
		select {
		case <-step.C:
			if race.startNext(ctx) {
				step.Reset(time.Duration(r.start.StepMs) * time.Millisecond)
			}
		case <-timeUp.C:
			// Each way that is still under way says itself how far it came; those that never started say nothing.
			stop(errTimeUp)
			race.next = len(r.start.Ways)
		case got := <-race.events:
			if got.answered {
				race.win(got.way)
				return race.running[got.way], nil
			}
			race.fell(got)
			if race.isOver() {
				stop(nil)
				return nil, race.failure(ctx)
			}
			step.Reset(0)
		case <-ctx.Done():
			if !errors.Is(context.Cause(ctx), errTimeUp) {
				return nil, &ipc.RelayFailed{Cause: ipc.CauseCancelled, Detail: "the starter has gone"}
			}
			ctx = context.WithoutCancel(ctx) // heard once; now the ways report
			if race.isOver() {
				return nil, race.failure(ctx)
			}
		}
	}
}
