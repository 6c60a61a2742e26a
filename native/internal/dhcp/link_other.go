//go:build !linux

package dhcp

import (
	"errors"
	"fmt"
	"net"
)

// openLink: Windows leaves DHCP on its TAP to the system, macOS has no TAP (shared/ARCHITECTURE.md, addresses).
func openLink(name string, _ net.HardwareAddr) (link, error) {
	return nil, fmt.Errorf("dhcp on %s: %w", name, errors.ErrUnsupported)
}
