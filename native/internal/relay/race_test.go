package relay

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"anslut/native/internal/ipc"
)

// pipe is one end of a net.Pipe as a way or a caller.
type pipe struct{ net.Conn }

func (p pipe) CloseWrite() error { return p.Close() }

// far is the far side of one way: what happens when it is opened, and then on its connection.
type far struct {
	after   time.Duration // until it is open
	err     error
	respond func(conn net.Conn)
}

func refusing(after time.Duration) far {
	return far{after: after, err: fallout{ipc.OutcomeRefused, "refused by the test"}}
}

// answering echoes the first bytes after a time, and everything after.
func answering(after time.Duration) far {
	return far{respond: func(conn net.Conn) {
		chunk := make([]byte, maxFirstBytes)
		count, _ := conn.Read(chunk)
		time.Sleep(after) // the bubble's clock, not ours
		_, _ = conn.Write(chunk[:count])
		_, _ = io.Copy(conn, conn)
	}}
}

func mute(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

func cutting(conn net.Conn) {
	_, _ = conn.Read(make([]byte, 1))
	conn.Close()
}

// raceTest is a relay in a synctest bubble whose ways are functions.
type raceTest struct {
	relay   relay
	reports []ipc.RelayReport
	opened  []time.Duration // when each way was tried, since the start
	closed  []bool
	client  net.Conn
}

func newRace(t *testing.T, fars ...far) *raceTest {
	test := &raceTest{opened: make([]time.Duration, len(fars)), closed: make([]bool, len(fars))}
	begun := time.Now()
	start := ipc.RelayStart{Mode: ipc.ModeStdio, StepMs: 250, TimeoutMs: 5000}
	for index := range fars {
		start.Ways = append(start.Ways, ipc.Way{Host: "portal.example", Port: 1 + index})
	}
	test.relay = relay{
		start: start, patience: usualLimits,
		report: func(r ipc.RelayReport) { test.reports = append(test.reports, r) },
		open: func(ctx context.Context, way ipc.Way) (opened, error) {
			index := way.Port - 1
			test.opened[index] = time.Since(begun)
			f := fars[index]
			select {
			case <-time.After(f.after):
			case <-ctx.Done():
				return opened{}, dialFallout(ctx.Err())
			}
			if f.err != nil {
				return opened{}, f.err
			}
			near, distant := net.Pipe()
			go func() {
				defer func() { test.closed[index] = true }()
				f.respond(distant)
			}()
			return opened{conn: pipe{near}, raw: near}, nil
		},
	}
	return test
}

// present is a caller that need not be waited for.
func present(here caller) func(context.Context) (caller, error) {
	return func(context.Context) (caller, error) { return here, nil }
}

// run sends the bytes as the caller and reads what comes back until the relay ends.
func (test *raceTest) run(t *testing.T, send ...string) (got string, code int) {
	t.Helper()
	client, server := net.Pipe()
	test.client = client
	done := make(chan int)
	go func() {
		code := test.relay.carry(t.Context(), present(pipe{server}), 0)
		server.Close()
		done <- code
	}()
	for _, part := range send {
		_, _ = io.WriteString(client, part)
	}
	answer, count := make([]byte, 1024), 0
	if len(send) > 0 {
		count, _ = client.Read(answer)
	}
	client.Close()
	code = <-done
	time.Sleep(time.Hour) // far sides that still think notice that nobody listens
	synctest.Wait()
	return string(answer[:count]), code
}

func attempt(way int, outcome ipc.Outcome, elapsed time.Duration, detail string) ipc.RelayReport {
	return ipc.RelayAttempt{Attempt: ipc.Attempt{Way: way, Outcome: outcome, ElapsedMs: elapsed.Milliseconds(), Detail: detail}}
}

func won(way int, elapsed time.Duration) ipc.RelayReport {
	return ipc.RelayWon{Way: way, ElapsedMs: elapsed.Milliseconds()}
}

const (
	ms    = time.Millisecond
	hello = "\x01\x6f8 first packet"
)

func TestTheRace(t *testing.T) {
	cases := map[string]struct {
		fars   []far
		want   []ipc.RelayReport
		opened []time.Duration
	}{
		"the first way answers at once": {
			[]far{answering(0), answering(0)},
			[]ipc.RelayReport{won(0, 0)},
			[]time.Duration{0, 0},
		},
		"a silent first way costs one step": {
			[]far{{respond: mute}, answering(20 * ms)},
			[]ipc.RelayReport{attempt(0, ipc.OutcomeLost, 270*ms, errLost.Error()), won(1, 270*ms)},
			[]time.Duration{0, 250 * ms},
		},
		"a refused first way costs nothing": {
			[]far{refusing(3 * ms), answering(20 * ms)},
			[]ipc.RelayReport{attempt(0, ipc.OutcomeRefused, 3*ms, "refused by the test"), won(1, 23*ms)},
			[]time.Duration{0, 3 * ms},
		},
		"a way that is cut after the first bytes starts the next at once": {
			[]far{{respond: cutting}, answering(0)},
			[]ipc.RelayReport{attempt(0, ipc.OutcomeClosed, 0, "the far side has closed instead of answering"), won(1, 0)},
			[]time.Duration{0, 0},
		},
		"a late first way still wins against a later second": {
			[]far{answering(300 * ms), answering(100 * ms)},
			[]ipc.RelayReport{attempt(1, ipc.OutcomeLost, 50*ms, errLost.Error()), won(0, 300*ms)},
			[]time.Duration{0, 250 * ms},
		},
		"the next way after one that fell out waits a whole step": {
			[]far{{respond: mute}, refusing(50 * ms), {respond: mute}, answering(0)},
			[]ipc.RelayReport{
				attempt(1, ipc.OutcomeRefused, 50*ms, "refused by the test"),
				attempt(0, ipc.OutcomeLost, 550*ms, errLost.Error()), attempt(2, ipc.OutcomeLost, 250*ms, errLost.Error()), won(3, 550*ms),
			},
			[]time.Duration{0, 250 * ms, 300 * ms, 550 * ms},
		},
		"a captive portal's answer in HTTP does not win": {
			[]far{{respond: func(conn net.Conn) {
				_, _ = conn.Read(make([]byte, 1024))
				_, _ = io.WriteString(conn, "HT")
				_, _ = io.WriteString(conn, "TP/1.1 400 Bad Request\r\n\r\n")
				mute(conn)
			}}, answering(0)},
			[]ipc.RelayReport{attempt(0, ipc.OutcomeClosed, 0, "something on the way has answered in HTTP"), won(1, 0)},
			[]time.Duration{0, 0},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				test := newRace(t, c.fars...)
				got, code := test.run(t, hello)
				if got != hello || code != exitDone {
					t.Errorf("answer %q, code %d", got, code)
				}
				if !reflect.DeepEqual(test.reports, c.want) {
					t.Errorf("reports %v, want %v", test.reports, c.want)
				}
				if !slices.Equal(test.opened, c.opened) {
					t.Errorf("opened after %v, want %v", test.opened, c.opened)
				}
			})
		})
	}
}

func TestNoWayIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		test := newRace(t, refusing(0), far{respond: cutting})
		if _, code := test.run(t, hello); code != exitFailed {
			t.Errorf("code %d", code)
		}
		want := ipc.RelayFailed{
			Cause:  ipc.CauseNoWay,
			Detail: "portal.example:1: refused, refused by the test; portal.example:2: closed, the far side has closed instead of answering",
		}
		if last := test.reports[len(test.reports)-1]; last != want {
			t.Errorf("last report %+v", last)
		}
	})
}

func TestWhenTheTimeIsUpEachWaySaysHowFarItCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		test := newRace(t, far{respond: mute}, far{after: time.Hour}, refusing(4700*ms), far{respond: mute})
		test.relay.start.StepMs = 2400
		_, _ = test.run(t, hello)
		outcomes := map[int]ipc.Outcome{}
		for _, r := range test.reports {
			if a, isAttempt := r.(ipc.RelayAttempt); isAttempt {
				outcomes[a.Attempt.Way] = a.Attempt.Outcome
			}
		}
		want := map[int]ipc.Outcome{0: ipc.OutcomeUnanswered, 1: ipc.OutcomeSilent, 2: ipc.OutcomeSilent}
		if !reflect.DeepEqual(outcomes, want) {
			t.Errorf("outcomes %v, want %v", outcomes, want)
		}
	})
}

func TestEveryLoserIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		test := newRace(t, far{respond: mute}, far{respond: mute}, answering(0))
		_, _ = test.run(t, hello)
		if !slices.Equal(test.closed, []bool{true, true, true}) {
			t.Errorf("closed %v", test.closed)
		}
	})
}

func TestWhatTheCallerSendsDuringTheRaceGoesDownEveryWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heard [2]bytes.Buffer
		listen := func(index int, answerAfter int) far {
			return far{respond: func(conn net.Conn) {
				chunk := make([]byte, 64)
				for {
					count, err := conn.Read(chunk)
					heard[index].Write(chunk[:count])
					if heard[index].Len() == answerAfter {
						_, _ = io.WriteString(conn, "yes")
					}
					if err != nil {
						return
					}
				}
			}}
		}
		test := newRace(t, listen(0, -1), listen(1, 6))
		client, server := net.Pipe()
		done := make(chan int)
		go func() { done <- test.relay.carry(t.Context(), present(pipe{server}), 0) }()
		_, _ = io.WriteString(client, "one")
		time.Sleep(time.Second) // both ways are open and have the first part
		_, _ = io.WriteString(client, "two")
		answer := make([]byte, 3)
		_, _ = io.ReadFull(client, answer)
		_, _ = io.WriteString(client, "three")
		client.Close()
		<-done
		synctest.Wait()
		if heard[0].String() != "onetwo" || heard[1].String() != "onetwothree" || string(answer) != "yes" {
			t.Errorf("the ways heard %q and %q", heard[0].String(), heard[1].String())
		}
	})
}

func TestACallerThatSendsTooMuchDuringTheRaceHasToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		test := newRace(t, far{respond: mute})
		client, server := net.Pipe()
		done := make(chan int)
		go func() { done <- test.relay.carry(t.Context(), present(pipe{server}), 0) }()
		_ = client.SetWriteDeadline(time.Now().Add(time.Second))
		taken, err := client.Write(make([]byte, 2*maxFirstBytes))
		var timeout net.Error
		if taken != maxFirstBytes || !errors.As(err, &timeout) {
			t.Errorf("%d bytes taken, error %v", taken, err)
		}
		<-done
		client.Close()
	})
}

func TestACallerWithoutAWordIsNoRace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		test := newRace(t, answering(0))
		if _, code := test.run(t); code != exitFailed {
			t.Errorf("code %d", code)
		}
		if len(test.reports) != 1 || test.reports[0].(ipc.RelayFailed).Cause != ipc.CauseCancelled {
			t.Errorf("reports %v", test.reports)
		}
	})
}

func TestAStarterThatGoesEndsTheRace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		test := newRace(t, far{respond: mute})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		client, server := net.Pipe()
		done := make(chan int)
		go func() { done <- test.relay.carry(ctx, present(pipe{server}), 0) }()
		_, _ = io.WriteString(client, hello)
		if code := <-done; code != exitFailed {
			t.Errorf("code %d", code)
		}
		client.Close()
		synctest.Wait()
		if !test.closed[0] {
			t.Error("the way is still open")
		}
	})
}

func TestAFarSideThatEndedDoesNotWaitForEverForTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		test := newRace(t, far{respond: func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 64))
			_, _ = io.WriteString(conn, "bye")
			conn.Close()
		}})
		client, server := net.Pipe()
		begun := time.Now()
		done := make(chan int)
		go func() { done <- test.relay.carry(t.Context(), present(halfOpen{server}), 0) }()
		_, _ = io.WriteString(client, hello)
		_, _ = io.ReadFull(client, make([]byte, 3))
		<-done
		if time.Since(begun) != usualLimits.lingering {
			t.Errorf("ended after %v", time.Since(begun))
		}
		client.Close()
	})
}

// halfOpen is a caller that goes on reading when told that nothing more comes.
type halfOpen struct{ net.Conn }

func (halfOpen) CloseWrite() error { return nil }
