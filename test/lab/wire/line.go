package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// setting is how a line behaves. The zero value is a perfect line.
type setting struct {
	ID int `json:"id"`
	// DelayMs is one way, in milliseconds.
	DelayMs float64 `json:"delayMs"`
	// Kbit is the rate of each direction in kbit/s; 0 is as fast as it goes.
	Kbit int64 `json:"kbit"`
	// Cut loses everything, also what is on its way.
	Cut bool `json:"cut"`
}

// line joins two new TAP devices by a line whose setting may change at any time: one JSON object a line on
// stdin, answered by one on stdout once it holds. It works on packets, so a TCP handshake feels it too.
//
//	wire line <tapA> <tapB>
func line(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: line <tapA> <tapB>")
	}
	near, err := openTap(args[0])
	if err != nil {
		return err
	}
	far, err := openTap(args[1])
	if err != nil {
		return err
	}
	var current atomic.Pointer[setting]
	current.Store(&setting{})
	failed := make(chan error, 4)
	for _, way := range []*direction{newDirection(near, far, &current), newDirection(far, near, &current)} {
		go func() { failed <- way.receive() }()
		go func() { failed <- way.send() }()
	}
	go func() { failed <- obey(os.Stdin, near, far, &current) }()
	fmt.Println(`{"ready":true}`)
	return <-failed
}

// obey reads settings until stdin ends, which is how the lab says that the line is not needed any more.
func obey(input *os.File, near, far tap, current *atomic.Pointer[setting]) error {
	lines := bufio.NewScanner(input)
	for lines.Scan() {
		next := &setting{}
		if err := json.Unmarshal(lines.Bytes(), next); err != nil {
			return fmt.Errorf("setting %q: %w", lines.Text(), err)
		}
		// A 64 kB segment would pass a slow line in one piece, so a throttled line takes packets as they are on a wire.
		for _, device := range []tap{near, far} {
			if err := device.takeSegments(next.Kbit == 0); err != nil {
				return err
			}
		}
		current.Store(next)
		fmt.Printf("{\"id\":%d}\n", next.ID)
	}
	return nil
}

// longestQueue is how much a throttled line buffers before it drops, as a cheap DSL router would.
const longestQueue = 200 * time.Millisecond

type packet struct {
	data []byte
	due  time.Time
	// under is the setting it was received under; a cut since then has lost it.
	under *setting
}

type direction struct {
	from, to tap
	current  *atomic.Pointer[setting]
	inFlight chan packet
	// departed is when the last packet had left the throttle, due when the last one arrives: packets keep their order.
	departed, due time.Time
}

func newDirection(from, to tap, current *atomic.Pointer[setting]) *direction {
	return &direction{from: from, to: to, current: current, inFlight: make(chan packet, 65536)}
}

func (d *direction) receive() error {
	buffer := make([]byte, largestFrame)
	for {
		n, err := d.from.read(buffer)
		if err != nil {
			return fmt.Errorf("read %s: %w", d.from.name, err)
		}
		if p, ok := d.plan(buffer[:n], d.current.Load(), time.Now()); ok {
			d.inFlight <- p
		}
	}
}

// plan says when a packet arrives at the other end, or that it is lost.
func (d *direction) plan(frame []byte, s *setting, now time.Time) (packet, bool) {
	if s.Cut {
		return packet{}, false
	}
	leaves := now
	if s.Kbit > 0 {
		if d.departed.After(leaves) {
			leaves = d.departed
		}
		if leaves.Sub(now) > longestQueue {
			return packet{}, false
		}
		leaves = leaves.Add(time.Duration(int64(len(frame)-headerBytes) * 8 * int64(time.Millisecond) / s.Kbit))
		d.departed = leaves
	}
	due := leaves.Add(time.Duration(s.DelayMs * float64(time.Millisecond)))
	if due.Before(d.due) {
		due = d.due
	}
	d.due = due
	return packet{data: append([]byte(nil), frame...), due: due, under: s}, true
}

func (d *direction) send() error {
	for p := range d.inFlight {
		if err := sleepUntil(p.due); err != nil {
			return err
		}
		if now := d.current.Load(); now.Cut && now != p.under {
			continue
		}
		if err := d.to.write(p.data); err != nil {
			return fmt.Errorf("write %s: %w", d.to.name, err)
		}
	}
	return nil
}
