package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// BootID tells one boot of this machine from the next (random(4)).
func BootID() (string, error) {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", fmt.Errorf("read the boot id: %w", err)
	}
	return strings.TrimSpace(string(id)), nil
}

// ChildOf describes a running process so that it can be told from a later one with the same id.
func ChildOf(pid int, executable string) (Child, error) {
	ticks, err := startTicks(pid)
	if err != nil {
		return Child{}, err
	}
	return Child{PID: pid, StartTicks: ticks, Executable: executable}, nil
}

// startTicks reads field 22 of /proc/PID/stat. The name in field 2 may hold blanks and brackets: what counts begins behind
// the last closing one (proc_pid_stat(5)).
func startTicks(pid int) (uint64, error) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, fmt.Errorf("read when process %d started: %w", pid, err)
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 20 {
		return 0, fmt.Errorf("read when process %d started: stat has %d fields", pid, len(fields))
	}
	return strconv.ParseUint(string(fields[19]), 10, 64)
}

const killTimeout = 5 * time.Second

// Kill ends the processes of a record that are still the very ones it names, and waits until they are gone. The pidfd is
// opened first and the start time compared after it, so that the id cannot change hands between look and kill.
func Kill(record Record) (killed int, err error) {
	boot, err := BootID()
	if err != nil || boot != record.BootID {
		return 0, err
	}
	for _, child := range record.Children {
		done, failure := kill(child)
		if done {
			killed++
		}
		err = errors.Join(err, failure)
	}
	return killed, err
}

func kill(child Child) (bool, error) {
	handle, err := unix.PidfdOpen(child.PID, 0)
	if errors.Is(err, unix.ESRCH) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("open process %d: %w", child.PID, err)
	}
	defer unix.Close(handle)
	ticks, err := startTicks(child.PID)
	if err != nil || ticks != child.StartTicks {
		return false, nil
	}
	// Where the link can be read it must fit, too. It cannot for a process that is just ending.
	if executable, err := os.Readlink("/proc/" + strconv.Itoa(child.PID) + "/exe"); err == nil &&
		strings.TrimSuffix(executable, " (deleted)") != child.Executable {
		return false, nil
	}
	if err := unix.PidfdSendSignal(handle, unix.SIGKILL, nil, 0); err != nil && !errors.Is(err, unix.ESRCH) {
		return false, fmt.Errorf("kill process %d: %w", child.PID, err)
	}
	return true, awaitEnd(handle, child.PID)
}

// awaitEnd waits until a pidfd is readable, which is when the process has ended (pidfd_open(2)).
func awaitEnd(handle, pid int) error {
	deadline := time.Now().Add(killTimeout)
	for {
		left := time.Until(deadline)
		count, err := unix.Poll([]unix.PollFd{{Fd: int32(handle), Events: unix.POLLIN}}, int(left.Milliseconds()))
		switch {
		case errors.Is(err, unix.EINTR) && left > 0:
		case err != nil:
			return fmt.Errorf("wait for the end of process %d: %w", pid, err)
		case count == 0:
			return fmt.Errorf("process %d is not gone after %s: %w", pid, killTimeout, os.ErrDeadlineExceeded)
		default:
			return nil
		}
	}
}
