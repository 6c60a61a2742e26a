package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"anslut/native/internal/host"
	"anslut/native/internal/ipc"
	"anslut/native/internal/logbook"
	"anslut/native/internal/service"
	"anslut/native/internal/session"
)

var errRoot = errors.New("only root can; the installed service does it by itself")

// serve runs the service until a signal ends it, then undoes what there is.
func serve(places host.Places) error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("serve: %w", errRoot)
	}
	if err := harden(); err != nil {
		return err
	}
	lock, err := service.Lock(places.Lock)
	if err != nil {
		return err
	}
	defer lock.Close()
	book := logbook.New(os.Stderr)
	computer, err := host.Open(places, book)
	if err != nil {
		return err
	}
	defer computer.Close()
	if err := computer.Replay(); err != nil {
		// A leftover is no reason to be silent: diagnose tells of it, and the next dial replaces the adapter.
		book.Add(logbook.Nobody, ipc.LevelError, err.Error())
	}
	listener, err := service.Listen(places.Socket)
	if err != nil {
		return err
	}
	manager := session.New(computer, book)
	answering := &service.Service{
		Version: version, Manager: manager, Book: book, Diagnose: computer, PeerUID: service.PeerUID,
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, func() { listener.Close() })
	book.Add(logbook.Nobody, ipc.LevelInfo, fmt.Sprintf("anslut-helper %s listening on %s", version, places.Socket))
	err = answering.Serve(listener)
	manager.Stop()
	book.Add(logbook.Nobody, ipc.LevelInfo, "stopped")
	return err
}

// cleanup undoes whatever is left, for an uninstall or by hand.
func cleanup(places host.Places) error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("clean up: %w", errRoot)
	}
	lock, err := service.Lock(places.Lock)
	if err != nil {
		return err
	}
	defer lock.Close()
	computer, err := host.Open(places, logbook.New(os.Stderr))
	if err != nil {
		return err
	}
	defer computer.Close()
	err = errors.Join(computer.Cleanup(), os.RemoveAll(places.ChildDirectory))
	_ = os.Remove(places.Socket)
	_ = os.Remove(filepath.Dir(places.Journal)) // only when nothing else is in it
	return err
}

// harden sets on this process what every child inherits: no file is readable by others, no program gains rights by being
// executed. Crash dumps would hold tickets, so there are none.
func harden() error {
	unix.Umask(0o077)
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("forbid crash dumps: %w", err)
	}
	isSet, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	if err != nil {
		return fmt.Errorf("ask for no_new_privs: %w", err)
	}
	if isSet == 1 {
		return nil // by systemd, or by the lines below
	}
	// It is a matter of threads, and Go has several by now (prctl(2)): set it on this one and begin anew from it.
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set no_new_privs: %w", err)
	}
	// By its own name, not by /proc/self/exe: whoever looks for the process finds it.
	itself, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	return fmt.Errorf("begin anew without new rights: %w", unix.Exec(itself, os.Args, os.Environ()))
}
