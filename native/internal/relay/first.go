package relay

import (
	"context"
	"io"
	"sync"
	"time"
)

const (
	// maxFirstBytes bounds what is kept of the caller while the race is on; then the caller has to wait.
	maxFirstBytes = 64 << 10
	chunkBytes    = 16 << 10
)

// firstBytes is what the caller has sent before a way has won. Bytes are only appended, so every way reads them at its own
// pace without a copy.
type firstBytes struct {
	// decided is closed when no more bytes are to be collected.
	decided chan struct{}
	once    sync.Once

	mutex sync.Mutex
	bytes []byte
	// stopped: nobody collects any more; ended: because the caller has sent its last byte.
	stopped, ended bool
	// changed is closed at the next change.
	changed chan struct{}
}

func newFirstBytes() *firstBytes {
	return &firstBytes{decided: make(chan struct{}), changed: make(chan struct{})}
}

// collect reads from the caller until the race is decided, the bound is reached or the caller ends. A read that is under way
// when the race is decided is waited for: what it brings still belongs to the first bytes, so no deadline is needed to take
// the caller over, and stdin knows none.
func (f *firstBytes) collect(from io.Reader) {
	chunk := make([]byte, chunkBytes)
	for space := maxFirstBytes; ; {
		select {
		case <-f.decided:
			f.add(nil, true, false)
			return
		default:
		}
		if space == 0 {
			<-f.decided
			continue
		}
		count, err := from.Read(chunk[:min(space, chunkBytes)])
		space -= count
		f.add(chunk[:count], err != nil, err != nil)
		if err != nil {
			return
		}
	}
}

// decide ends the collecting.
func (f *firstBytes) decide() { f.once.Do(func() { close(f.decided) }) }

func (f *firstBytes) add(chunk []byte, stopped, ended bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.bytes = append(f.bytes, chunk...)
	f.stopped, f.ended = stopped, ended
	close(f.changed)
	f.changed = make(chan struct{})
}

// from returns what there is behind an offset, whether more may come, and a channel that is closed when there is more.
func (f *firstBytes) from(offset int) (chunk []byte, state firstState, changed <-chan struct{}) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.bytes[offset:], firstState{stopped: f.stopped, ended: f.ended}, f.changed
}

type firstState struct{ stopped, ended bool }

// begun waits for the first byte, or until nobody waits for it any more; false when none came.
func (f *firstBytes) begun(ctx context.Context, patience time.Duration) bool {
	var limit <-chan time.Time
	if patience > 0 {
		limit = time.After(patience)
	}
	for {
		chunk, state, changed := f.from(0)
		if len(chunk) > 0 {
			return true
		}
		if state.stopped {
			return !state.ended
		}
		select {
		case <-changed:
		case <-limit:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// send writes the first bytes as they come, until nobody collects any more and all is written. It returns whether the caller
// has ended.
func (f *firstBytes) send(ctx context.Context, to io.Writer) (bool, error) {
	for offset := 0; ; {
		chunk, state, changed := f.from(offset)
		if len(chunk) > 0 {
			count, err := to.Write(chunk)
			offset += count
			if err != nil {
				return false, err
			}
			continue
		}
		if state.stopped {
			return state.ended, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}
