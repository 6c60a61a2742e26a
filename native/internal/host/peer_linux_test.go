package host

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"anslut/native/internal/ipc"
	"anslut/native/internal/labtest"
)

const (
	serverName = "tunnel.test"
	username   = "T-77"
	password   = `one "time" p\ss`
	clientMAC  = "02:a5:00:00:00:11"
)

// authority is a certificate authority of a test.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t testing.TB) authority {
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tunnel authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	return authority{certificate: sign(t, template, template, &key.PublicKey, key), key: key}
}

func (ca authority) pem() string { return pemOf("CERTIFICATE", ca.certificate.Raw) }

// issue makes a certificate and key for a name.
func (ca authority) issue(t testing.TB, name string, usage x509.ExtKeyUsage) (certificate, key string) {
	private := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{usage},
	}
	signed := sign(t, template, ca.certificate, &private.PublicKey, ca.key)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pemOf("CERTIFICATE", signed.Raw), pemOf("PRIVATE KEY", der)
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t testing.TB, template, parent *x509.Certificate, public *ecdsa.PublicKey, key *ecdsa.PrivateKey) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// portal is the far side of a dial: an OpenVPN server with a TAP or TUN and a DHCP server behind it, on a host of its own.
type portal struct {
	labtest.Host
	ca         authority
	clientKey  string
	management *bufio.ReadWriter
	mutex      sync.Mutex
	lines      chan string
	vpn        *os.Process
	dhcp       *os.Process
}

// settings of a portal.
type settings struct {
	kind string
	// name is what the server's certificate says.
	name string
	// push is the client-auth block's content.
	push string
	// deny refuses every ticket with this text.
	deny string
	// hosts is the DHCP server's table; empty: no DHCP server.
	hosts string
}

const usualHosts = clientMAC + ",tag:tap1,tag:!s2,10.77.0.17\n" + clientMAC + ",tag:tap1,tag:s2,10.99.0.17\n"

func newPortal(t testing.TB, set settings) *portal {
	t.Helper()
	labtest.Need(t, "openvpn", "dnsmasq", "ip", "nsenter")
	far := &portal{Host: labtest.NewHost(t), ca: newAuthority(t), lines: make(chan string, 1024)}
	far.Cable("office", "192.168.1.20/24", "192.168.1.1/24")
	labtest.Run(t, "ip route add default via 192.168.1.1")
	device := "tap1"
	if set.kind == "tun" {
		device = "tun1"
	}
	far.Run("ip tuntap add dev " + device + " mode " + set.kind)
	far.Run("ip link set " + device + " up")
	if set.kind == "tap" {
		far.Run("ip addr add 10.77.0.1/32 dev tap1")
		far.Run("ip addr add 10.99.0.1/32 dev tap1")
		far.Run("ip route add 10.77.0.17/32 dev tap1")
		far.Run("ip route add 10.99.0.17/32 dev tap1")
	} else {
		far.Run("ip addr add 10.77.8.0/32 dev tun1")
		far.Run("ip route add 10.77.8.1/32 dev tun1")
	}
	far.Run("ip link add machines type bridge")
	far.Run("ip addr add 192.168.0.10/24 dev machines")
	far.Run("ip link set machines up")
	far.startServer(t, set, device)
	if set.hosts != "" {
		far.startDHCP(t, set.hosts)
	}
	return far
}

func (far *portal) startServer(t testing.TB, set settings, device string) {
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	labtest.Run(t, "openvpn --genkey tls-crypt-v2-server "+path("server.key"))
	labtest.Run(t, "openvpn --tls-crypt-v2 "+path("server.key")+" --genkey tls-crypt-v2-client "+path("client.key"))
	key, err := os.ReadFile(path("client.key"))
	if err != nil {
		t.Fatal(err)
	}
	far.clientKey = string(key)
	listener, err := net.Listen("unix", path("m"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	certificate, private := far.ca.issue(t, set.name, x509.ExtKeyUsageServerAuth)
	verify := "none"
	if set.kind == "tun" {
		verify = "require\nremote-cert-tls client\nifconfig 10.77.8.0 255.255.240.0"
	}
	config := fmt.Sprintf(`mode server
tls-server
proto tcp4-server
local 192.168.1.1
port 1194
dev %s
dev-type %s
topology subnet
ifconfig-noexec
route-noexec
script-security 0
verify-client-cert %s
username-as-common-name
management-client-auth
management %s unix
management-client
management-hold
tls-version-min 1.3
data-ciphers AES-256-GCM
dh none
tcp-nodelay
keepalive 10 30
duplicate-cn
<ca>
%s</ca>
<cert>
%s</cert>
<key>
%s</key>
tls-crypt-v2 %s
`, device, set.kind, verify, path("m"), far.ca.pem(), certificate, private, path("server.key"))
	server := far.Command("openvpn", "--config", "stdin")
	server.Stdin = strings.NewReader(config)
	said := path("server.log")
	log, err := os.Create(said)
	if err != nil {
		t.Fatal(err)
	}
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if text, err := os.ReadFile(said); err == nil && t.Failed() {
			t.Logf("the server said:\n%s", text)
		}
	})
	far.vpn = server.Process
	connection, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	far.management = bufio.NewReadWriter(bufio.NewReader(connection), bufio.NewWriter(connection))
	far.say("state on", "hold release")
	ready := make(chan struct{})
	go far.attend(set, ready)
	<-ready
}

func (far *portal) say(lines ...string) {
	far.mutex.Lock()
	defer far.mutex.Unlock()
	for _, line := range lines {
		far.management.WriteString(line + "\n")
	}
	far.management.Flush()
}

// attend answers the server's questions about tickets: once per line of its environment, at its end.
func (far *portal) attend(set settings, ready chan struct{}) {
	defer close(far.lines)
	client, given := "", map[string]string{}
	for {
		line, err := far.management.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		rest, isClient := strings.CutPrefix(line, ">CLIENT:")
		switch {
		case strings.Contains(line, "CONNECTED,SUCCESS"):
			close(ready)
		case isClient && (strings.HasPrefix(rest, "CONNECT,") || strings.HasPrefix(rest, "REAUTH,")):
			_, ids, _ := strings.Cut(rest, ",")
			client, given = strings.ReplaceAll(ids, ",", " "), map[string]string{}
		case isClient && rest == "ENV,END" && client != "":
			far.decide(set, client, given)
			client = ""
		case isClient && strings.HasPrefix(rest, "ENV,"):
			name, value, _ := strings.Cut(strings.TrimPrefix(rest, "ENV,"), "=")
			given[name] = value
		}
		select {
		case far.lines <- line:
		default:
		}
	}
}

func (far *portal) decide(set settings, client string, given map[string]string) {
	// OpenVPN hands passwords over as they are; only names are made tame.
	if set.deny != "" || given["username"] != username || given["password"] != password {
		far.say(fmt.Sprintf("client-deny %s %q %q", client, "denied", set.deny))
	} else {
		far.say("client-auth "+client, set.push+"END")
	}
	far.say("client-pending-auth " + client + " x 30")
}

// startDHCP starts a DHCP server for the TAP and waits until it has read its table.
func (far *portal) startDHCP(t testing.TB, hosts string) {
	folder := t.TempDir()
	table := filepath.Join(folder, "hosts")
	if err := os.WriteFile(table, []byte(hosts), 0o644); err != nil {
		t.Fatal(err)
	}
	server := far.Command("dnsmasq", "-k", "-C", "/dev/null", "--port=0", "--user=root", "--pid-file=", "--interface=tap*",
		"--except-interface=lo", "--dhcp-leasefile="+filepath.Join(folder, "leases"), "--dhcp-authoritative", "--no-ping",
		"--dhcp-rapid-commit", "--dhcp-vendorclass=set:s2,anslut-2", "--dhcp-range=10.77.0.0,static,255.255.240.0,12h",
		"--dhcp-range=10.99.0.0,static,255.255.240.0,12h", "--dhcp-option=3", "--dhcp-option=6",
		"--dhcp-hostsfile="+table, "--log-facility=-", "--log-dhcp")
	stderr, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	far.dhcp = server.Process
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "read "+table) {
			go func() {
				for lines.Scan() {
				}
			}()
			return
		}
	}
	t.Fatal("dnsmasq ended")
}

func (far *portal) request(t testing.TB) ipc.Connect {
	t.Helper()
	mac, err := net.ParseMAC(clientMAC)
	if err != nil {
		t.Fatal(err)
	}
	return ipc.Connect{
		ID: 1, Ticket: "T-77", Ways: []ipc.Way{{Host: "192.168.1.1", Port: 1194}},
		Server:      ipc.Server{Name: serverName, Authority: far.ca.pem(), ClientKey: far.clientKey},
		Credentials: ipc.Credentials{Username: username, Password: password},
		Addressing: ipc.DHCP{MAC: mac, Offer: []ipc.Slice{
			sliceOf("10.77.0.0/20", "10.77.0.17", "10.77.0.1"), sliceOf("10.99.0.0/20", "10.99.0.17", "10.99.0.1"),
		}},
	}
}
