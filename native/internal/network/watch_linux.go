package network

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"anslut/native/internal/ipc"
)

const watchBuffer = 1 << 20

// Watch tells of changes until the context ends; the adapter named is ours. What came while seen ran is one notice.
func (kernel *Kernel) Watch(ctx context.Context, own string, seen func(Notice)) error {
	link, err := kernel.handle.LinkByName(own)
	if err != nil {
		return fmt.Errorf("find the adapter %s: %w", own, err)
	}
	descriptor, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return fmt.Errorf("open netlink: %w", err)
	}
	socket := os.NewFile(uintptr(descriptor), "netlink")
	_ = unix.SetsockoptInt(descriptor, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, watchBuffer)
	groups := uint32(unix.RTMGRP_LINK | unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV4_ROUTE)
	if err := unix.Bind(descriptor, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groups}); err != nil {
		socket.Close()
		return fmt.Errorf("listen to the network's changes: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { socket.Close() })
	go func() {
		defer stop()
		defer socket.Close()
		watcher := watcher{own: link.Attrs().Index}
		buffer := make([]byte, 64<<10)
		for {
			length, err := socket.Read(buffer)
			if ctx.Err() != nil {
				return
			}
			// ENOBUFS: more came than the socket holds. What was lost is unknown, so all is looked at anew.
			if errors.Is(err, unix.ENOBUFS) {
				seen(Notice{Around: true, Own: true})
				continue
			}
			if err != nil {
				return
			}
			if notice, matters := watcher.read(buffer[:length]); matters {
				seen(notice)
			}
		}
	}()
	return nil
}

type watcher struct{ own int }

func (watcher watcher) read(packet []byte) (Notice, bool) {
	messages, err := syscall.ParseNetlinkMessage(packet)
	if err != nil {
		return Notice{Around: true, Own: true}, true
	}
	var notice Notice
	for _, message := range messages {
		watcher.judge(message, &notice)
	}
	return notice, notice.Around || notice.Own || len(notice.Gone) > 0
}

func (watcher watcher) judge(message syscall.NetlinkMessage, notice *Notice) {
	switch message.Header.Type {
	case unix.RTM_NEWLINK, unix.RTM_DELLINK, unix.RTM_NEWADDR, unix.RTM_DELADDR:
		// ifinfomsg and ifaddrmsg both carry the index in bytes 4 to 7 (rtnetlink(7)).
		if len(message.Data) >= 8 && int(int32(binary.NativeEndian.Uint32(message.Data[4:]))) == watcher.own {
			notice.Own = true
		} else {
			notice.Around = true
		}
	case unix.RTM_NEWROUTE, unix.RTM_DELROUTE:
		watcher.judgeRoute(message, notice)
	}
}

func (watcher watcher) judgeRoute(message syscall.NetlinkMessage, notice *Notice) {
	if len(message.Data) < unix.SizeofRtMsg {
		return
	}
	bits, protocol := int(message.Data[1]), message.Data[5]
	attributes, err := syscall.ParseNetlinkRouteAttr(&message)
	if err != nil {
		notice.Own = true
		return
	}
	network := netip.PrefixFrom(netip.IPv4Unspecified(), bits)
	link := 0
	for _, attribute := range attributes {
		switch attribute.Attr.Type {
		case unix.RTA_DST:
			if address, ok := netip.AddrFromSlice(attribute.Value); ok {
				network = netip.PrefixFrom(address, bits)
			}
		case unix.RTA_OIF:
			link = int(binary.NativeEndian.Uint32(attribute.Value))
		}
	}
	switch {
	case link == watcher.own && protocol == ipc.RouteProtocol && message.Header.Type == unix.RTM_DELROUTE:
		notice.Gone = append(notice.Gone, network)
	case link != watcher.own && bits == 0:
		notice.Around = true
	}
}
