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

	errStarterGone = errors.New("the starter has gone")
)

// race is one run of the ways against each other. Only the goroutine of run touches it; candidates speak through events.
type race struct {
	relay  relay
	first  *firstBytes
	begun  time.Time
	ctx    context.Context // of the candidates
	stop   context.CancelCauseFunc
	events chan event

	started  []*candidate
	fallen   []ipc.Attempt
	timeIsUp bool
}

// event is how one candidate's attempt went; each candidate sends exactly one.
type event struct {
	candidate *candidate
	err       error // nil: it has answered
}

// race starts the ways one after the other and returns the first that answers. All others are closed by then and, where they
// were started, reported; so is the winner.
func (r relay) race(ctx context.Context, first *firstBytes) (*candidate, *ipc.RelayFailed) {
	defer first.decide()
	state := &race{relay: r, first: first, begun: time.Now(), events: make(chan event, len(r.start.Ways))}
	state.ctx, state.stop = context.WithCancelCause(ctx)
	winner, failure := state.run(ctx)
	if winner == nil {
		state.stop(errLost)
	}
	return winner, failure
}

func (s *race) run(ctx context.Context) (*candidate, *ipc.RelayFailed) {
	timeUp := time.NewTimer(time.Duration(s.relay.start.TimeoutMs) * time.Millisecond)
	defer timeUp.Stop()
	step := time.NewTimer(0)
	defer step.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, &ipc.RelayFailed{Cause: ipc.CauseCancelled, Detail: ipc.Shorten(whyEnded(ctx).Error(), detailRunes)}
		case <-timeUp.C:
			// Each way that is under way falls out by itself and says how far it came. None is started any more.
			s.timeIsUp = true
			s.stop(errTimeUp)
		case <-step.C:
			if s.canStart() {
				s.startNext()
				step.Reset(time.Duration(s.relay.start.StepMs) * time.Millisecond)
			}
		case got := <-s.events:
			if got.err == nil && !s.timeIsUp {
				s.win(got.candidate)
				return got.candidate, nil
			}
			s.fell(got)
			step.Reset(0)
		}
		if len(s.fallen) == len(s.started) && !s.canStart() {
			return nil, s.failure()
		}
	}
}

// whyEnded is what the caller did wrong, else the end of who started us.
func whyEnded(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return errStarterGone
}

func (s *race) canStart() bool {
	return !s.timeIsUp && len(s.started) < len(s.relay.start.Ways)
}

func (s *race) startNext() {
	index := len(s.started)
	c := &candidate{index: index, way: s.relay.start.Ways[index], begun: time.Now()}
	c.ctx, c.cancel = context.WithCancelCause(s.ctx)
	s.started = append(s.started, c)
	go func() { s.events <- event{candidate: c, err: c.try(s.relay.open, s.first)} }()
}

// fell reports a way that is out.
func (s *race) fell(got event) {
	got.candidate.cancel(errLost)
	reason := fallout{ipc.OutcomeUnanswered, "answered when the time was up"}
	_ = errors.As(got.err, &reason)
	s.report(got.candidate, reason)
}

func (s *race) report(c *candidate, reason fallout) {
	attempt := ipc.Attempt{
		Way: c.index, Outcome: reason.outcome, ElapsedMs: time.Since(c.begun).Milliseconds(),
		Detail: ipc.Shorten(reason.detail, detailRunes),
	}
	s.fallen = append(s.fallen, attempt)
	s.relay.report(ipc.RelayAttempt{Attempt: attempt})
}

// win closes all other ways, then reports them and the winner.
func (s *race) win(winner *candidate) {
	isOut := map[int]bool{winner.index: true}
	for _, attempt := range s.fallen {
		isOut[attempt.Way] = true
	}
	for _, c := range s.started {
		if !isOut[c.index] {
			c.cancel(errLost)
		}
	}
	for _, c := range s.started {
		if !isOut[c.index] {
			s.report(c, fallout{ipc.OutcomeLost, errLost.Error()})
		}
	}
	s.relay.report(ipc.RelayWon{Way: winner.index, ElapsedMs: time.Since(s.begun).Milliseconds()})
}
