package network

import (
	"bufio"
	"net/netip"
	"os"
	"strings"
)

// resolverFiles name the DNS servers. Where systemd-resolved stands between, the second one knows the real servers.
var resolverFiles = []string{"/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"}

// Resolvers gives the laptop's DNS servers. A file that cannot be read names none.
func Resolvers() []netip.Addr {
	var servers []netip.Addr
	for _, path := range resolverFiles {
		if body, err := os.ReadFile(path); err == nil {
			servers = append(servers, resolversIn(string(body))...)
		}
	}
	return servers
}

func resolversIn(text string) []netip.Addr {
	var servers []netip.Addr
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 || fields[0] != "nameserver" {
			continue
		}
		if server, err := netip.ParseAddr(fields[1]); err == nil {
			servers = append(servers, server)
		}
	}
	return servers
}
