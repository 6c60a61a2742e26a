// Package child starts programs under the VPN user: with no right of root, nothing inherited, and an end with the helper's.
package child

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"anslut/native/internal/journal"
)

// User is whom a child runs as.
type User struct{ UID, GID uint32 }

// Lookup finds a system user by name.
func Lookup(name string) (User, error) {
	entry, err := user.Lookup(name)
	if err != nil {
		return User{}, fmt.Errorf("find the user %s: %w", name, err)
	}
	uid, err := strconv.ParseUint(entry.Uid, 10, 32)
	if err != nil {
		return User{}, fmt.Errorf("read the uid of %s: %w", name, err)
	}
	gid, err := strconv.ParseUint(entry.Gid, 10, 32)
	if err != nil {
		return User{}, fmt.Errorf("read the gid of %s: %w", name, err)
	}
	if uid == 0 || gid == 0 {
		return User{}, fmt.Errorf("the user %s is root: %w", name, os.ErrPermission)
	}
	return User{UID: uint32(uid), GID: uint32(gid)}, nil
}

// Child is a running program.
type Child struct {
	Stdin   io.WriteCloser
	Stdout  io.ReadCloser
	Entry   journal.Child
	command *exec.Cmd
	done    chan struct{}
	err     error
}

// Start runs a program: absolute path, given arguments, empty environment, no groups, no descriptors but its own three, in a
// session of its own (the terminal's Ctrl-C is the helper's alone), killed by the kernel when the helper dies. The helper has
// set no_new_privs on itself, which every child inherits. Listings show the child under the program's own name.
func Start(as User, path string, arguments ...string) (*Child, error) {
	executable := resolve(path)
	command := exec.Command(path, arguments...)
	command.Args[0] = executable
	command.Env = []string{}
	command.Dir = "/"
	command.SysProcAttr = &syscall.SysProcAttr{
		Credential: &syscall.Credential{Uid: as.UID, Gid: as.GID},
		Pdeathsig:  syscall.SIGKILL,
		Setsid:     true,
	}
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	stdout, writer, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	// What it cries when it dies belongs into the service's journal, not between the lines of its protocol.
	command.Stdout, command.Stderr = writer, os.Stderr
	err = command.Start()
	writer.Close()
	if err != nil {
		stdout.Close()
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	child := &Child{Stdin: stdin, Stdout: stdout, command: command, done: make(chan struct{})}
	// Without the entry the journal cannot name the child; the kernel still ends it with us.
	child.Entry, err = journal.ChildOf(command.Process.Pid, executable)
	go func() {
		child.err = command.Wait()
		close(child.done)
	}()
	if err != nil {
		child.Kill()
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return child, nil
}

func resolve(path string) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	return path
}

// PID is the process's id.
func (child *Child) PID() int { return child.command.Process.Pid }

// Done is closed when the process has ended and was waited for.
func (child *Child) Done() <-chan struct{} { return child.done }

// Err says how the process ended, once Done is closed.
func (child *Child) Err() error { return child.err }

// Kill ends the process and waits until it is gone. It may be called at any time, and more than once.
func (child *Child) Kill() {
	_ = child.command.Process.Kill()
	<-child.done
	child.Stdin.Close()
}
