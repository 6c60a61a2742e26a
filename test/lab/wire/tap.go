package main

import (
	"fmt"
	"syscall"
	"time"
	"unsafe"
)

// From linux/if_tun.h.
const (
	tunSetIff     = 0x400454ca
	tunSetOffload = 0x400454d0
	iffTap        = 0x0002
	iffNoPi       = 0x1000
	iffVnetHdr    = 0x4000
	offloadCsum   = 0x01
	offloadTso4   = 0x02
	offloadTso6   = 0x04
)

// headerBytes is struct virtio_net_hdr before every frame. It is passed on as it is, so checksums and segments that
// the kernel left unfinished on one side are finished on the other: hundreds of Mbit/s for next to no work.
const headerBytes = 10

const largestFrame = headerBytes + 14 + 65536

type tap struct {
	name string
	fd   int
}

func openTap(name string) (tap, error) {
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return tap{}, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	var request struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:15], name)
	request.flags = iffTap | iffNoPi | iffVnetHdr
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), tunSetIff, uintptr(unsafe.Pointer(&request))); errno != 0 {
		return tap{}, fmt.Errorf("make TAP %s: %w", name, errno)
	}
	device := tap{name: name, fd: fd}
	return device, device.takeSegments(true)
}

// takeSegments says whether the device may hand over segments larger than its MTU.
func (t tap) takeSegments(large bool) error {
	flags := uintptr(offloadCsum)
	if large {
		flags |= offloadTso4 | offloadTso6
	}
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(t.fd), tunSetOffload, flags); errno != 0 {
		return fmt.Errorf("set offload of %s: %w", t.name, errno)
	}
	return nil
}

func (t tap) read(buffer []byte) (int, error) {
	for {
		n, err := syscall.Read(t.fd, buffer)
		if err == syscall.EINTR {
			continue
		}
		return n, err
	}
}

// write loses the frame where a real cable would: at a device that is down.
func (t tap) write(frame []byte) error {
	_, err := syscall.Write(t.fd, frame)
	if err == syscall.EIO || err == syscall.EINVAL {
		return nil
	}
	return err
}

// sleepUntil is nanosleep(2): the runtime's own timers round up to the next millisecond when nothing else runs.
func sleepUntil(due time.Time) error {
	for {
		wait := time.Until(due)
		if wait <= 0 {
			return nil
		}
		spec := syscall.NsecToTimespec(int64(wait))
		if err := syscall.Nanosleep(&spec, nil); err != nil && err != syscall.EINTR {
			return fmt.Errorf("sleep: %w", err)
		}
	}
}
