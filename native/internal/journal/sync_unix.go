//go:build unix

package journal

import (
	"errors"
	"fmt"
	"os"
)

// syncDirectory makes a rename or a removal survive a power cut: the file's own fsync does not cover its name (fsync(2)).
func syncDirectory(path string) error {
	directory, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	if err := errors.Join(directory.Sync(), directory.Close()); err != nil {
		return fmt.Errorf("sync %s: %w", path, err)
	}
	return nil
}
