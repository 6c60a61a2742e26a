// Package openvpn runs OpenVPN as a child that knows only what the helper tells it: a configuration rendered from typed fields
// by a fixed template, and a management connection that answers what it asks.
package openvpn

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"anslut/native/internal/ipc"
	"anslut/native/internal/network"
)

// Material is what a ticket brings, decoded and checked.
type Material struct {
	serverName                                    string
	authority                                     [][]byte
	authorityPEM, clientKey, certificate, private string
	credentials                                   ipc.Credentials
}

var errCharacters = errors.New("holds control characters")

// Read decodes and checks what a connect brings. Nothing of its texts is passed through.
func Read(request ipc.Connect) (Material, error) {
	material := Material{serverName: request.Server.Name, credentials: request.Credentials}
	var err error
	if material.authority, err = Certificates(request.Server.Authority); err != nil {
		return Material{}, fmt.Errorf("read the tunnel authority: %w", err)
	}
	material.authorityPEM = encodeCertificates(material.authority)
	if material.clientKey, err = cleanClientKey(request.Server.ClientKey); err != nil {
		return Material{}, fmt.Errorf("read the client key: %w", err)
	}
	// The management protocol is made of lines: a password with a line break would be a command.
	if strings.ContainsFunc(request.Credentials.Password, unicode.IsControl) {
		return Material{}, fmt.Errorf("read the password: %w", errCharacters)
	}
	if request.Identity == nil {
		return material, nil
	}
	certificates, err := Certificates(request.Identity.Certificate)
	if err != nil {
		return Material{}, fmt.Errorf("read the certificate: %w", err)
	}
	material.certificate = encodeCertificates(certificates)
	if material.private, err = cleanPrivateKey(request.Identity.PrivateKey); err != nil {
		return Material{}, fmt.Errorf("read the private key: %w", err)
	}
	return material, nil
}

// Authority gives the certificates of the tunnel authority as DER.
func (material Material) Authority() [][]byte { return material.authority }

// place is what the helper itself decides about a child.
type place struct {
	adapter      string
	kind         network.Kind
	socket       string
	passwordFile string
	// port is the relay's on loopback.
	port int
}

// template of every client. Not one line of it comes from outside; the words that vary are typed and checked.
//
// management-client: OpenVPN dials us, so there is nothing to wait and poll for, and it ends when we do. The relay's port stands
// in the text, which is written once it is known: management-query-remote would wait a full second. remap-usr1: whatever
// would make it start anew ends it, who retries is the agent. pull-filter: of what a server pushes only this is heard, which
// keeps out routes, DNS, scripts' environments and auth-token (a client that was cut came back with its token unasked).
const template = `client
dev %s
dev-type %s
proto tcp-client
remote 127.0.0.1 %d
nobind
tcp-nodelay
connect-retry-max 1
server-poll-timeout 30
hand-window 30
remap-usr1 SIGTERM
remote-cert-tls server
verify-x509-name %s name
tls-version-min 1.3
data-ciphers AES-256-GCM
data-ciphers-fallback AES-256-GCM
allow-compression no
script-security 0
route-nopull
route-noexec
ifconfig-noexec
auth-user-pass
auth-nocache
auth-retry none
pull-filter accept "ping"
pull-filter accept "peer-id "
pull-filter accept "cipher "
pull-filter accept "protocol-flags "
pull-filter accept "key-derivation "
pull-filter accept "tun-mtu "
%spull-filter ignore ""
management %s unix %s
management-client
management-hold
management-query-passwords
suppress-timestamps
verb 3
<ca>
%s</ca>
<tls-crypt-v2>
%s</tls-crypt-v2>
`

// A TUN learns its address from the server; the helper takes it only when it is the very one of a slice.
const pushedAddress = "topology subnet\npull-filter accept \"ifconfig \"\n"

func render(material Material, at place) string {
	pushed := ""
	if at.kind == network.TUN {
		pushed = pushedAddress
	}
	text := fmt.Sprintf(template, at.adapter, at.kind, at.port, material.serverName, pushed, at.socket, at.passwordFile,
		material.authorityPEM, material.clientKey)
	if material.certificate != "" {
		text += "<cert>\n" + material.certificate + "</cert>\n<key>\n" + material.private + "</key>\n"
	}
	return text
}
