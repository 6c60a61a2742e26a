package logbook

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"anslut/native/internal/ipc"
)

// room is how many lines are kept.
const room = 2000

// Nobody owns what happens without a tunnel.
const Nobody = -1

// Entry is one redacted line. Owner is the uid whose tunnel it is about, or Nobody.
type Entry struct {
	At    time.Time
	Level ipc.Level
	Text  string
	Owner int64
}

// Logbook is a ring of lines.
type Logbook struct {
	mutex   sync.Mutex
	entries []Entry
	next    int
	secrets map[string]int
	mirror  io.Writer
	watcher func(Entry)
}

// New makes a logbook that also writes each line to mirror.
func New(mirror io.Writer) *Logbook {
	return &Logbook{mirror: mirror, secrets: map[string]int{}, watcher: func(Entry) {}}
}

// Watch hands each new line to the watcher. It must not block and not log.
func (book *Logbook) Watch(watcher func(Entry)) {
	book.mutex.Lock()
	defer book.mutex.Unlock()
	book.watcher = watcher
}

// Hide names secrets that no line may show, until the returned function is called.
func (book *Logbook) Hide(secrets ...string) (forget func()) {
	book.mutex.Lock()
	defer book.mutex.Unlock()
	for _, secret := range secrets {
		book.secrets[secret]++
	}
	return sync.OnceFunc(func() {
		book.mutex.Lock()
		defer book.mutex.Unlock()
		for _, secret := range secrets {
			if book.secrets[secret]--; book.secrets[secret] <= 0 {
				delete(book.secrets, secret)
			}
		}
	})
}

// Add redacts a line and keeps it.
func (book *Logbook) Add(owner int64, level ipc.Level, text string) {
	book.mutex.Lock()
	secrets := make([]string, 0, len(book.secrets))
	for secret := range book.secrets {
		secrets = append(secrets, secret)
	}
	text = strings.ReplaceAll(strings.TrimSpace(Redact(text, secrets)), "\n", " · ")
	entry := Entry{At: time.Now(), Level: level, Text: ipc.Shorten(text, 3900), Owner: owner}
	if len(book.entries) < room {
		book.entries = append(book.entries, entry)
	} else {
		book.entries[book.next] = entry
		book.next = (book.next + 1) % room
	}
	watcher := book.watcher
	fmt.Fprintln(book.mirror, entry.Level, entry.Text)
	book.mutex.Unlock()
	watcher(entry)
}

// Lines gives the newest lines that a user may see: those of nobody and the user's own; root sees all. Oldest first.
func (book *Logbook) Lines(uid uint32, count int) []string {
	book.mutex.Lock()
	defer book.mutex.Unlock()
	lines := []string{}
	for index := range book.entries {
		entry := book.entries[(book.next+index)%len(book.entries)]
		if uid == 0 || entry.Owner == Nobody || entry.Owner == int64(uid) {
			lines = append(lines, fmt.Sprintf("%s %s %s", entry.At.UTC().Format("2006-01-02T15:04:05.000Z"), entry.Level, entry.Text))
		}
	}
	return lines[max(0, len(lines)-count):]
}
