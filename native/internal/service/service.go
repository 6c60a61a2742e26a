package service

import (
	"errors"
	"fmt"
	"net"
	"sync"

	"anslut/native/internal/ipc"
	"anslut/native/internal/logbook"
	"anslut/native/internal/session"
)

const (
	// perUser and inAll bound the connections, so that no user can keep another out or take our memory.
	perUser = 8
	inAll   = 128
)

// Diagnoser looks whether the computer has all that a tunnel needs.
type Diagnoser interface {
	Diagnose(version string, hasTunnel bool) ipc.Diagnosis
}

// Service answers callers.
type Service struct {
	Version  string
	Manager  *session.Manager
	Book     *logbook.Logbook
	Diagnose Diagnoser
	// PeerUID tells who is at the other end, as the kernel knows it.
	PeerUID func(net.Conn) (uint32, error)

	mutex sync.Mutex
	users map[uint32]int
	total int
}

// Serve answers whoever calls until the listener is closed.
func (service *Service) Serve(listener net.Listener) error {
	for {
		stream, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("wait for callers: %w", err)
		}
		go service.Answer(stream)
	}
}

// Answer serves one caller until it goes away.
func (service *Service) Answer(stream net.Conn) {
	uid, err := service.PeerUID(stream)
	if err != nil {
		service.Book.Add(logbook.Nobody, ipc.LevelError, err.Error())
		stream.Close()
		return
	}
	caller := newConnection(stream, uid)
	defer caller.end()
	if !service.admit(uid) {
		service.refuse(caller, &ipc.Failure{Cause: ipc.CauseBusy, Detail: "too many connections"})
		return
	}
	defer service.dismiss(uid)
	if failure := service.greet(caller); failure != nil {
		service.refuse(caller, failure)
		return
	}
	go caller.write()
	defer service.Manager.Gone(caller)
	service.attend(caller)
}

func (service *Service) admit(uid uint32) bool {
	service.mutex.Lock()
	defer service.mutex.Unlock()
	if service.users == nil {
		service.users = map[uint32]int{}
	}
	if service.total >= inAll || service.users[uid] >= perUser {
		return false
	}
	service.total++
	service.users[uid]++
	return true
}

func (service *Service) dismiss(uid uint32) {
	service.mutex.Lock()
	defer service.mutex.Unlock()
	service.total--
	if service.users[uid]--; service.users[uid] == 0 {
		delete(service.users, uid)
	}
}

// refuse says why nothing more is heard, with id 0, and ends the connection.
func (service *Service) refuse(caller *connection, failure *ipc.Failure) {
	service.Book.Add(int64(caller.uid), ipc.LevelWarn, fmt.Sprintf("uid %d refused: %s", caller.uid, failure))
	_ = caller.finish(refusal(0, failure)) // it may have gone already
}

// greet expects the hello and answers it. A caller of another protocol still learns ours before it is sent away.
func (service *Service) greet(caller *connection) *ipc.Failure {
	body, err := caller.readFrame(frameTimeout)
	if err != nil {
		return ipc.Fail(ipc.CauseBadRequest, fmt.Errorf("wait for the hello: %w", err))
	}
	hello, err := ipc.DecodeHello(body)
	if err != nil {
		return ipc.Fail(ipc.CauseBadRequest, err)
	}
	welcome := ipc.Welcome{Protocol: ipc.Protocol, Version: service.Version, Tunnel: service.Manager.Ownership(caller.uid)}
	if err := caller.writeOne(welcome); err != nil {
		return ipc.Fail(ipc.CauseBadRequest, err)
	}
	if hello.Protocol != ipc.Protocol {
		return &ipc.Failure{
			Cause: ipc.CauseHelperMismatch, Detail: fmt.Sprintf("the caller speaks protocol %d, we %d", hello.Protocol, ipc.Protocol),
		}
	}
	return nil
}

// attend reads requests until the caller goes away. What cannot be decoded ends the connection: a caller that errs once in a
// closed protocol is broken or hostile.
func (service *Service) attend(caller *connection) {
	for {
		body, err := caller.readFrame(0)
		if err != nil {
			if !isEnd(err) {
				service.refuse(caller, ipc.Fail(ipc.CauseBadRequest, err))
			}
			return
		}
		request, err := ipc.DecodeRequest(body)
		if err != nil {
			service.refuse(caller, ipc.Fail(ipc.CauseBadRequest, err))
			return
		}
		service.handle(caller, request)
	}
}

// handle answers one request. Only connect goes on beside the others: it takes as long as a dial, and disconnect must reach it.
func (service *Service) handle(caller *connection, request ipc.Request) {
	switch request := request.(type) {
	case ipc.Prepare:
		caller.send(answer(request.ID, ipc.Done{}, service.Manager.Prepare(caller, request.Ways)))
	case ipc.Connect:
		wait := service.Manager.Connect(caller, request)
		go func() { caller.send(answer(request.ID, ipc.Done{}, wait())) }()
	case ipc.Disconnect:
		caller.send(answer(request.ID, ipc.Done{}, service.Manager.Disconnect(caller)))
	case ipc.SetRoutes:
		results, failure := service.Manager.SetRoutes(caller, request.Networks)
		caller.send(answer(request.ID, results, failure))
	case ipc.ChangeRoutes:
		result, failure := service.Manager.ChangeRoutes(caller, request)
		caller.send(answer(request.ID, result, failure))
	case ipc.Resume:
		if failure := service.Manager.Resume(caller); failure != nil {
			caller.send(refusal(request.ID, failure))
			return
		}
		service.sendStatus(caller, request.ID)
	case ipc.Status:
		service.sendStatus(caller, request.ID)
	case ipc.Diagnose:
		caller.send(answer(request.ID, service.Diagnose.Diagnose(service.Version, service.Manager.HasTunnel()), nil))
	case ipc.Logs:
		caller.send(answer(request.ID, service.logs(caller.uid, request.Lines), nil))
	}
}

func (service *Service) sendStatus(caller *connection, id int64) {
	status, err := service.Manager.Status(caller)
	if err != nil {
		caller.send(refusal(id, ipc.FailureOf(err)))
		return
	}
	caller.send(answer(id, status, nil))
}

// logs gives the newest lines as far as they fit into one frame.
func (service *Service) logs(uid uint32, count int) ipc.LogLines {
	lines := service.Book.Lines(uid, count)
	const room = ipc.MaxFrameBytes - 1<<16
	size := 0
	for first := len(lines) - 1; first >= 0; first-- {
		// JSON writes a control character as six, the worst there is.
		if size += 6*len(lines[first]) + 3; size > room {
			return ipc.LogLines{Lines: lines[first+1:]}
		}
	}
	return ipc.LogLines{Lines: lines}
}

func answer(id int64, result ipc.Result, failure *ipc.Failure) ipc.Message {
	if failure != nil {
		return refusal(id, failure)
	}
	return ipc.Reply{ID: id, Result: result}
}

func refusal(id int64, failure *ipc.Failure) ipc.Refusal {
	return ipc.Refusal{ID: id, Cause: failure.Cause, Detail: ipc.Shorten(failure.Detail, 2000)}
}
