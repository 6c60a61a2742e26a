// Package host is the real computer behind a session: its kernel, its users, its files, its programs.
package host

// Places are the files and names that the helper uses. DECISIONS and contract/constants.ts fix them; tests have others.
type Places struct {
	RunDirectory, Socket, Lock string
	ChildDirectory             string
	Journal                    string
	Policy                     string
	Openvpn                    string
	Self                       string
	VPNUser                    string
	Adapter                    string
}

// Installed are the places of an installed helper.
var Installed = Places{
	RunDirectory:   "/run/anslut",
	Socket:         "/run/anslut/helper.sock",
	Lock:           "/run/anslut/helper.lock",
	ChildDirectory: "/run/anslut/openvpn",
	Journal:        "/var/lib/anslut/journal.json",
	Policy:         "/etc/anslut/policy.json",
	Openvpn:        "/usr/sbin/openvpn",
	// Self is the running file itself: an upgrade in between cannot put another relay in its place.
	Self:    "/proc/self/exe",
	VPNUser: "anslut-vpn",
	Adapter: "anslut0",
}
