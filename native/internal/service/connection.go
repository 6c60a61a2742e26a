// Package service speaks the helper's protocol with those who call.
package service

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"anslut/native/internal/ipc"
)

const (
	// frameTimeout is how long the rest of a frame may take once it has begun, and how long a whole hello.
	frameTimeout = 5 * time.Second
	// writeTimeout is how long a caller may leave an answer lying.
	writeTimeout = 5 * time.Second
	// outboxRoom is how many messages may wait for a slow caller before it is cut off.
	outboxRoom = 512
)

// connection is one caller. It implements session.Client.
type connection struct {
	stream net.Conn
	uid    uint32
	outbox chan ipc.Message
	done   chan struct{}
	end    func()
}

func newConnection(stream net.Conn, uid uint32) *connection {
	connection := &connection{stream: stream, uid: uid, outbox: make(chan ipc.Message, outboxRoom), done: make(chan struct{})}
	connection.end = sync.OnceFunc(func() {
		close(connection.done)
		stream.Close()
	})
	return connection
}

// UID is the caller as the kernel names it.
func (connection *connection) UID() uint32 { return connection.uid }

// Notify sends an event. It never waits.
func (connection *connection) Notify(happening ipc.Happening) {
	connection.send(ipc.Event{Event: happening})
}

// send puts a message into the outbox. Who does not read is cut off: a tunnel must not wait for its window.
func (connection *connection) send(message ipc.Message) {
	select {
	case connection.outbox <- message:
	case <-connection.done:
	default:
		connection.end()
	}
}

// write empties the outbox until the connection ends.
func (connection *connection) write() {
	for {
		select {
		case message := <-connection.outbox:
			if err := connection.writeOne(message); err != nil {
				connection.end()
				return
			}
		case <-connection.done:
			return
		}
	}
}

func (connection *connection) writeOne(message ipc.Message) error {
	if err := connection.stream.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return fmt.Errorf("bound an answer in time: %w", err)
	}
	return ipc.WriteFrame(connection.stream, message)
}

// readFrame waits for a frame to begin as long as it may, then for the rest of it only so long: a caller who sends a byte now
// and then holds nothing of ours.
func (connection *connection) readFrame(patience time.Duration) ([]byte, error) {
	begin := time.Time{}
	if patience > 0 {
		begin = time.Now().Add(patience)
	}
	if err := connection.stream.SetReadDeadline(begin); err != nil {
		return nil, fmt.Errorf("bound a frame in time: %w", err)
	}
	var first [1]byte
	if _, err := io.ReadFull(connection.stream, first[:]); err != nil {
		return nil, err
	}
	if err := connection.stream.SetReadDeadline(time.Now().Add(frameTimeout)); err != nil {
		return nil, fmt.Errorf("bound a frame in time: %w", err)
	}
	return ipc.ReadFrame(io.MultiReader(bytes.NewReader(first[:]), connection.stream))
}

// finish writes a last message and ends the connection.
func (connection *connection) finish(message ipc.Message) error {
	defer connection.end()
	return connection.writeOne(message)
}

// isEnd tells whether an error only says that the caller went away.
func isEnd(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed)
}
