package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

const (
	sysPidfdOpen = 434 // the same number on every architecture, pidfd_open(2)
	pollIn       = 1
)

type pollFd struct {
	fd      int32
	events  int16
	revents int16
}

// guard runs a command as the first process of new network, mount and pid namespaces, and says its pid as a line of
// JSON. It kills it, and so everything in there, as soon as one of the named processes ends, however it ends: npm
// does not pass on SIGKILL, and an orphaned lab would otherwise live for ever. The command dies with the guard, too.
//
//	wire guard 12,34 -- command args…
func guard(args []string) error {
	if len(args) < 3 || args[1] != "--" {
		return errors.New("usage: guard <pid,pid,…> -- command …")
	}
	watched, err := openPids(args[0])
	if err != nil {
		return err
	}

	// Pdeathsig follows the thread that forked, so that thread must not end before us.
	runtime.LockOSThread()
	command := exec.Command(args[2], args[3:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", args[2], err)
	}
	fmt.Printf("{\"pid\":%d}\n", command.Process.Pid)
	go func() {
		waitForAny(watched)
		_ = command.Process.Kill()
	}()
	_ = command.Wait()
	status, _ := command.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		os.Exit(128 + int(status.Signal()))
	}
	os.Exit(status.ExitStatus())
	return nil
}

// await returns when one of the named processes has ended and nothing of it is left, which for the first process of a
// pid namespace means: nothing of that namespace.
//
//	wire await 12,34
func await(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: await <pid,pid,…>")
	}
	watched, err := openPids(args[0])
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	if err != nil {
		return err
	}
	waitForAny(watched)
	return nil
}

func openPids(list string) ([]pollFd, error) {
	var fds []pollFd
	for _, text := range strings.Split(list, ",") {
		pid, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("pid %q: %w", text, err)
		}
		fd, _, errno := syscall.Syscall(sysPidfdOpen, uintptr(pid), 0, 0)
		if errno != 0 {
			return nil, fmt.Errorf("open process %d: %w", pid, errno)
		}
		fds = append(fds, pollFd{fd: int32(fd), events: pollIn})
	}
	return fds, nil
}

// waitForAny returns when one of the pidfds becomes readable, that is, when its process has ended.
func waitForAny(fds []pollFd) {
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&fds[0])), uintptr(len(fds)), 0, 0, 0, 0)
		if errno != syscall.EINTR {
			return
		}
	}
}
