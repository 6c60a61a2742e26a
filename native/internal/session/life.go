package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"anslut/native/internal/dhcp"
	"anslut/native/internal/ipc"
	"anslut/native/internal/openvpn"
)

// raceTimeout leaves the relay time to say what was wrong with each way before the whole dial is over.
const raceTimeout = dialTimeout - 5*time.Second

// life is what the tunnel's goroutine waits for.
type life struct {
	*tunnel
	ctx       context.Context
	addressed chan addressed
	leaseEnd  chan error
	deadline  <-chan time.Time
	// released: the relay listens and OpenVPN knows where.
	released bool
}

// live runs the tunnel until it fails or is ended, and gives why.
func (tunnel *tunnel) live(ctx context.Context) *ipc.Failure {
	if failure := tunnel.prepare(); failure != nil {
		return failure
	}
	ctx, stop := context.WithCancelCause(ctx)
	var helpers sync.WaitGroup
	defer helpers.Wait()
	defer stop(nil)
	deadline := time.NewTimer(dialTimeout)
	defer deadline.Stop()
	if failure := tunnel.start(); failure != nil {
		return failure
	}
	life := life{
		tunnel: tunnel, ctx: ctx, addressed: make(chan addressed, 1), leaseEnd: make(chan error, 1), deadline: deadline.C,
	}
	return life.follow(&helpers)
}

// start makes adapter, relay and OpenVPN at once: none needs another before the first packet.
func (tunnel *tunnel) start() *ipc.Failure {
	var wait sync.WaitGroup
	var failures [3]*ipc.Failure
	begin := func(place int, what func() *ipc.Failure) {
		wait.Go(func() { failures[place] = what() })
	}
	begin(0, func() *ipc.Failure {
		mac := macOf(tunnel.request.Addressing)
		if err := tunnel.machine.CreateAdapter(tunnel.kind(), mac); err != nil {
			return ipc.Fail(ipc.CauseAdapterFailed, err)
		}
		return nil
	})
	begin(1, func() *ipc.Failure {
		if tunnel.relay != nil { // prepared
			return nil
		}
		relay, err := tunnel.machine.StartRelay(relayStart(tunnel.request.Ways), tunnel.log)
		if err != nil {
			return ipc.FailureOf(err)
		}
		tunnel.relay = relay
		return nil
	})
	begin(2, func() *ipc.Failure {
		vpn, err := tunnel.machine.StartOpenVPN(tunnel.kind(), tunnel.material, tunnel.log)
		if err != nil {
			return ipc.FailureOf(err)
		}
		tunnel.vpn = vpn
		return nil
	})
	wait.Wait()
	for _, failure := range failures {
		if failure != nil {
			return failure
		}
	}
	return tunnel.rememberChildren()
}

func relayStart(ways []ipc.Way) ipc.RelayStart {
	return ipc.RelayStart{
		Mode: ipc.ModeLoopback, Ways: ways, StepMs: int(ipc.RaceStep.Milliseconds()), TimeoutMs: int(raceTimeout.Milliseconds()),
	}
}

// follow waits for whatever happens next.
func (life *life) follow(helpers *sync.WaitGroup) *ipc.Failure {
	reports := life.relay.Reports()
	for {
		select {
		case <-life.ctx.Done():
			return farewell(life.ctx)
		case <-life.deadline:
			return life.tooLate()
		case report, open := <-reports:
			if !open {
				reports = nil
			}
			if failure := life.hearRelay(report, open); failure != nil {
				return failure
			}
		case event := <-life.vpn.Events():
			if failure := life.hearVPN(event, helpers, reports); failure != nil {
				return failure
			}
		case result := <-life.addressed:
			if failure := life.settle(result, helpers); failure != nil {
				return failure
			}
		case err := <-life.leaseEnd:
			return ipc.Fail(ipc.CauseNoLease, fmt.Errorf("keep the lease: %w", err))
		}
	}
}

func (life *life) hearRelay(report ipc.RelayReport, open bool) *ipc.Failure {
	if !open {
		if life.released {
			return nil // OpenVPN notices, and knows better why
		}
		return &ipc.Failure{Cause: ipc.CauseInternal, Detail: "the relay ended without a word"}
	}
	switch report := report.(type) {
	case ipc.RelayListening:
		if !life.released {
			life.released = true
			life.vpn.Release(report.Port)
		}
	case ipc.RelayAttempt:
		attempt := report.Attempt
		life.log(ipc.LevelInfo, fmt.Sprintf("way %d %s after %d ms: %s", attempt.Way, attempt.Outcome, attempt.ElapsedMs, attempt.Detail))
		life.tell(ipc.Attempted{Attempt: attempt})
	case ipc.RelayWon:
		life.manager.mutex.Lock()
		life.way, life.phase = &report.Way, ipc.PhaseSecuring
		life.manager.mutex.Unlock()
		life.log(ipc.LevelInfo, fmt.Sprintf("way %d won after %d ms", report.Way, report.ElapsedMs))
		life.tell(ipc.WayWon{Way: report.Way, ElapsedMs: report.ElapsedMs})
	case ipc.RelayFailed:
		return &ipc.Failure{Cause: report.Cause, Detail: report.Detail}
	}
	return nil
}

func (life *life) hearVPN(event openvpn.Event, helpers *sync.WaitGroup, reports <-chan ipc.RelayReport) *ipc.Failure {
	switch event := event.(type) {
	case openvpn.Connected:
		life.enter(ipc.PhaseAddressing)
		life.log(ipc.LevelInfo, fmt.Sprintf("secured after %d ms", life.elapsedMs()))
		life.tell(ipc.Secured{ElapsedMs: life.elapsedMs()})
		helpers.Go(func() { life.addressed <- life.address(life.ctx, event.Local) })
	case openvpn.Traffic:
		life.tell(life.count(event.Received, event.Sent))
	case openvpn.Ended:
		return life.explain(event.Failure, reports)
	}
	return nil
}

// explain asks the relay where OpenVPN only saw its loopback connection end: before a way has won, the relay knows why.
func (life *life) explain(failure *ipc.Failure, reports <-chan ipc.RelayReport) *ipc.Failure {
	if failure.Cause != ipc.CauseTunnelLost || life.way != nil {
		return failure
	}
	if reports == nil {
		return &ipc.Failure{Cause: ipc.CauseNoWay, Detail: failure.Detail}
	}
	limit := time.NewTimer(time.Second)
	defer limit.Stop()
	for {
		select {
		case report, open := <-reports:
			if !open {
				return &ipc.Failure{Cause: ipc.CauseNoWay, Detail: failure.Detail}
			}
			if verdict := life.hearRelay(report, true); verdict != nil {
				return verdict
			}
			if life.way != nil {
				return failure
			}
		case <-limit.C:
			return &ipc.Failure{Cause: ipc.CauseNoWay, Detail: failure.Detail}
		case <-life.ctx.Done():
			return farewell(life.ctx)
		}
	}
}

// tooLate names what the dial still waited for when its time was over.
func (life *life) tooLate() *ipc.Failure {
	life.manager.mutex.Lock()
	phase := life.phase
	life.manager.mutex.Unlock()
	cause := map[ipc.Phase]ipc.Cause{
		ipc.PhaseDialling: ipc.CauseNoWay, ipc.PhaseSecuring: ipc.CauseTunnelLost, ipc.PhaseAddressing: ipc.CauseNoLease,
	}[phase]
	return &ipc.Failure{Cause: cause, Detail: fmt.Sprintf("still %s after %s", phase, dialTimeout)}
}

// settle makes the tunnel public once it has its address.
func (life *life) settle(result addressed, helpers *sync.WaitGroup) *ipc.Failure {
	if result.failure != nil {
		return result.failure
	}
	life.deadline = nil
	life.manager.mutex.Lock()
	life.slice, life.phase = &result.slice, ipc.PhaseUp
	life.manager.mutex.Unlock()
	if result.lease != nil {
		helpers.Go(func() { life.keepLease(result.request, *result.lease) })
	}
	if err := life.watch(); err != nil {
		return ipc.Fail(ipc.CauseInternal, err)
	}
	life.log(ipc.LevelInfo, fmt.Sprintf("up with %s after %d ms", result.slice.Address, life.elapsedMs()))
	life.tell(ipc.Addressed{
		Slice: result.slice, Adapter: life.machine.Adapter(), LeaseSeconds: result.leaseSeconds(), ElapsedMs: life.elapsedMs(),
	})
	close(life.up)
	return nil
}

func (life *life) keepLease(request dhcp.Request, lease dhcp.Lease) {
	err := life.machine.Keep(life.ctx, request, lease, func(renewed dhcp.Lease) {
		life.tell(ipc.LeaseRenewed{LeaseSeconds: max(1, int64(renewed.Duration/time.Second))})
	})
	if err == nil && life.ctx.Err() == nil {
		err = errors.New("the lease ended")
	}
	if err != nil {
		life.leaseEnd <- err
	}
}
