package relay

import (
	"context"
	"io"
	"time"
)

// splice carries bytes between the caller and the winner until both directions have ended, one of them has broken, or the
// context ends. The end of one direction is passed on and does not end the other; once the far side has ended, the caller
// gets some time to end too. io.Copy moves the bytes inside the kernel (splice(2)) where both sides are plain TCP.
func splice(ctx context.Context, caller caller, winner *candidate, lingering time.Duration) {
	defer winner.close()
	up, down := make(chan error, 1), make(chan error, 1)
	go func() { up <- winner.carryUp(caller) }()
	go func() { down <- winner.carryDown(caller) }()
	var limit <-chan time.Time
	for upEnded, downEnded := false, false; !upEnded || !downEnded; {
		select {
		case err := <-up:
			if err != nil {
				return
			}
			upEnded = true
		case err := <-down:
			if err != nil {
				return
			}
			downEnded, limit = true, time.After(lingering)
		case <-limit:
			return
		case <-ctx.Done():
			return
		}
	}
}

// close ends the connection without waiting for anybody.
func (c *candidate) close() {
	c.raw.Close()
	c.cancel(nil)
}

// carryUp goes on where the first bytes end.
func (c *candidate) carryUp(caller caller) error {
	<-c.sent
	if c.sendErr != nil {
		return c.sendErr
	}
	if !c.callerEnded {
		if _, err := io.Copy(c.conn, caller); err != nil {
			return err
		}
	}
	return c.conn.CloseWrite()
}

func (c *candidate) carryDown(caller caller) error {
	if _, err := caller.Write(c.answer); err != nil {
		return err
	}
	if _, err := io.Copy(caller, c.conn); err != nil {
		return err
	}
	return caller.CloseWrite()
}
