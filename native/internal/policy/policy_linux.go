// Package policy reads the administrator's file and trusts it only when nobody but root could have written it.
package policy

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"anslut/native/internal/ipc"
)

const maxBytes = 1 << 20

// ErrWritable says that somebody besides the administrator could have written the file. Whoever meets it must allow nothing.
var ErrWritable = errors.New("must be owned by root and writable by nobody else")

// Load reads the file; nil if there is none. Directory and file are judged, the file by the descriptor that is then read, so
// that it cannot change in between. An error means: there is a policy, and it cannot be trusted.
func Load(path string) (*ipc.Policy, error) {
	stream, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the policy: %w", err)
	}
	defer stream.Close()
	directory, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("look at the policy's directory: %w", err)
	}
	file, err := stream.Stat()
	if err != nil {
		return nil, fmt.Errorf("look at the policy: %w", err)
	}
	if !file.Mode().IsRegular() || !onlyRootWrites(file) || !onlyRootWrites(directory) {
		return nil, fmt.Errorf("policy %s: %w", path, ErrWritable)
	}
	body, err := io.ReadAll(io.LimitReader(stream, maxBytes))
	if err != nil {
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	policy, err := ipc.DecodePolicy(body)
	if err != nil {
		return nil, fmt.Errorf("decode the policy: %w", err)
	}
	return &policy, nil
}

func onlyRootWrites(info fs.FileInfo) bool {
	status, known := info.Sys().(*syscall.Stat_t)
	return known && status.Uid == 0 && info.Mode().Perm()&0o022 == 0
}
