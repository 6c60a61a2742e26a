package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Journal is the file. Every write is on the disk (file and directory) before the call returns.
type Journal struct {
	path  string
	mutex sync.Mutex
}

// asideSuffix marks a journal that could not be read and was kept for whoever wants to know why.
const asideSuffix = ".unreadable"

// Open takes the journal at path and makes its directory (0700).
func Open(path string) (*Journal, error) {
	directory := filepath.Dir(path)
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return nil, fmt.Errorf("make the journal's directory: %w", err)
	}
	if err := os.Chmod(directory, 0o700); err != nil {
		return nil, fmt.Errorf("close the journal's directory to others: %w", err)
	}
	return &Journal{path: path}, nil
}

// Write replaces what the journal holds. An error means that the record is not safely on the disk: do not act on it.
func (journal *Journal) Write(record Record) error {
	body, err := encode(record)
	if err != nil {
		return fmt.Errorf("encode the journal: %w", err)
	}
	journal.mutex.Lock()
	defer journal.mutex.Unlock()
	next := journal.path + ".next"
	if err := writeSynced(next, body); err != nil {
		return errors.Join(err, ignoreMissing(os.Remove(next)))
	}
	if err := os.Rename(next, journal.path); err != nil {
		return fmt.Errorf("put the new journal in place: %w", err)
	}
	return syncDirectory(filepath.Dir(journal.path))
}

// Clear says that nothing is left to undo. It needs no room on the disk.
func (journal *Journal) Clear() error {
	journal.mutex.Lock()
	defer journal.mutex.Unlock()
	if err := ignoreMissing(os.Remove(journal.path)); err != nil {
		return fmt.Errorf("remove the journal: %w", err)
	}
	return syncDirectory(filepath.Dir(journal.path))
}

// ErrUnreadable says that there was a journal that could not be understood; it has been moved aside.
var ErrUnreadable = errors.New("the journal could not be read and was moved aside")

// Read gives what is left of an earlier run, an empty record if nothing is.
func (journal *Journal) Read() (Record, error) {
	journal.mutex.Lock()
	defer journal.mutex.Unlock()
	stream, err := os.Open(journal.path)
	if errors.Is(err, fs.ErrNotExist) {
		return Record{}, nil
	}
	if err != nil {
		return Record{}, fmt.Errorf("open the journal: %w", err)
	}
	defer stream.Close()
	body, err := io.ReadAll(io.LimitReader(stream, maxFileBytes))
	if err != nil {
		return Record{}, fmt.Errorf("read the journal: %w", err)
	}
	record, err := decode(body)
	if err != nil {
		return Record{}, errors.Join(ErrUnreadable, err, os.Rename(journal.path, journal.path+asideSuffix))
	}
	return record, nil
}

// HasUnreadable tells whether a journal was moved aside and nobody has looked after it yet.
func (journal *Journal) HasUnreadable() bool {
	_, err := os.Lstat(journal.path + asideSuffix)
	return err == nil
}

// ForgetUnreadable removes a journal that was moved aside.
func (journal *Journal) ForgetUnreadable() error {
	return ignoreMissing(os.Remove(journal.path + asideSuffix))
}

func writeSynced(path string, body []byte) error {
	stream, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	_, err = stream.Write(body)
	if err == nil {
		err = stream.Sync()
	}
	if err = errors.Join(err, stream.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
