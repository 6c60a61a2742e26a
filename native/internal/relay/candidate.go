package relay

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"anslut/native/internal/ipc"
)

// candidate is one way in the race.
type candidate struct {
	index  int
	way    ipc.Way
	begun  time.Time
	ctx    context.Context // its end closes the connection
	cancel context.CancelCauseFunc

	opened
	// answer is what the far side has said first.
	answer []byte
	// sent is closed when the first bytes are all sent, which is not before the race is decided, or cannot be.
	sent        chan struct{}
	callerEnded bool
	sendErr     error
}

// try opens the way, sends the caller's first bytes down and waits for the first answer. A nil error means that it is here;
// the connection then lives until the candidate's context ends. Otherwise the error is a [fallout].
func (c *candidate) try(open func(context.Context, ipc.Way) (opened, error), first *firstBytes) error {
	connection, err := open(c.ctx, c.way)
	if err != nil {
		return err
	}
	c.opened = connection
	context.AfterFunc(c.ctx, func() { c.raw.Close() })
	c.sent = make(chan struct{})
	go func() {
		defer close(c.sent)
		c.callerEnded, c.sendErr = first.send(c.ctx, c.conn)
	}()
	return c.awaitAnswer(first)
}

func (c *candidate) awaitAnswer(first *firstBytes) error {
	c.answer = c.early
	chunk := make([]byte, chunkBytes)
	for len(c.answer) == 0 || couldBeHTTP(c.answer) && len(c.answer) < len(httpMark) {
		count, err := c.conn.Read(chunk)
		c.answer = append(c.answer, chunk[:count]...)
		if err != nil && len(c.answer) == 0 {
			return c.unansweredBecause(err)
		}
		if err != nil {
			break // an answer, however short; the splice will meet the error again
		}
	}
	if couldBeHTTP(c.answer) && !first.isText() {
		return fallout{ipc.OutcomeClosed, "something on the way has answered in HTTP"}
	}
	return nil
}

func (c *candidate) unansweredBecause(err error) error {
	switch {
	case errors.Is(context.Cause(c.ctx), errTimeUp):
		return fallout{ipc.OutcomeUnanswered, "the first bytes were not answered in time"}
	case errors.Is(err, io.EOF):
		return fallout{ipc.OutcomeClosed, "the far side has closed instead of answering"}
	default:
		return fallout{ipc.OutcomeClosed, err.Error()}
	}
}

// httpMark is how an intercepting proxy or a captive portal on port 80 begins its "400 Bad Request" to what is no HTTP. Neither
// TLS nor OpenVPN over TCP (whose first two bytes would be a length of 18,516) ever begins so.
var httpMark = []byte("HTTP/")

func couldBeHTTP(answer []byte) bool {
	length := min(len(answer), len(httpMark))
	return length > 0 && bytes.Equal(answer[:length], httpMark[:length])
}

// isText says whether the caller speaks a text protocol itself, so that a textual answer is no surprise. OpenVPN begins with
// a length below 0x1000, TLS with 0x16.
func (f *firstBytes) isText() bool {
	bytes, _, _ := f.from(0)
	return len(bytes) > 0 && bytes[0] >= ' '
}
