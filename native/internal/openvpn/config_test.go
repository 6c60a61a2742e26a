package openvpn

import (
	"encoding/pem"
	"regexp"
	"strings"
	"testing"

	"anslut/native/internal/ipc"
	"anslut/native/internal/network"
)

const testCertificate = `-----BEGIN CERTIFICATE-----
CERT
-----END CERTIFICATE-----
`

func clientKeyOf(size int) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: clientKeyType, Bytes: make([]byte, size)}))
}

func connectWith(t testing.TB) ipc.Connect {
	return ipc.Connect{
		Server:      ipc.Server{Name: "tunnel.test", Authority: selfSigned(t), ClientKey: clientKeyOf(600)},
		Credentials: ipc.Credentials{Username: "T-77", Password: "one time"},
	}
}

func TestTheConfigurationIsTheTemplateAndNothingElse(t *testing.T) {
	material, err := Read(connectWith(t))
	if err != nil {
		t.Fatal(err)
	}
	at := place{adapter: "anslut0", kind: network.TAP, socket: "/run/anslut/openvpn/management", passwordFile: "/run/anslut/openvpn/password", port: 40001}
	text := render(material, at)
	for _, want := range []string{
		"\nscript-security 0\n", "\nroute-nopull\n", "\nroute-noexec\n", "\nifconfig-noexec\n", "\nremote 127.0.0.1 40001\n",
		"\nverify-x509-name tunnel.test name\n", "\ntls-version-min 1.3\n", "\nallow-compression no\n", "\npull-filter ignore \"\"\n",
		"\nmanagement /run/anslut/openvpn/management unix /run/anslut/openvpn/password\n", "\ndev anslut0\ndev-type tap\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, never := range []string{"plugin", "\nup ", "\nroute-up", "providers", "engine", "one time", "T-77", "\r", "ifconfig \""} {
		if strings.Contains(text, never) {
			t.Errorf("%q stands in it", never)
		}
	}
	at.kind = network.TUN
	if text := render(material, at); !strings.Contains(text, "\ntopology subnet\npull-filter accept \"ifconfig \"\npull-filter ignore \"\"\n") {
		t.Errorf("a TUN does not hear its address:\n%s", text)
	}
}

func TestNothingIsSmuggledInWithATicket(t *testing.T) {
	evil := "\nscript-security 2\nup /tmp/x\n"
	for name, change := range map[string]func(*ipc.Connect){
		"lines behind the authority":  func(r *ipc.Connect) { r.Server.Authority += evil },
		"lines before the authority":  func(r *ipc.Connect) { r.Server.Authority = evil + r.Server.Authority },
		"the end of the inline block": func(r *ipc.Connect) { r.Server.Authority += "</ca>" + evil },
		"headers inside a block": func(r *ipc.Connect) {
			r.Server.Authority = strings.Replace(r.Server.Authority, "-----\n", "-----\nup: /tmp/x\n\n", 1)
		},
		"a key for an authority":         func(r *ipc.Connect) { r.Server.Authority = clientKeyOf(600) },
		"a certificate that is none":     func(r *ipc.Connect) { r.Server.Authority = testCertificate },
		"no authority":                   func(r *ipc.Connect) { r.Server.Authority = " " },
		"nine authorities":               func(r *ipc.Connect) { r.Server.Authority = strings.Repeat(r.Server.Authority, 9) },
		"lines behind the client key":    func(r *ipc.Connect) { r.Server.ClientKey += evil },
		"two client keys":                func(r *ipc.Connect) { r.Server.ClientKey += r.Server.ClientKey },
		"a client key that is too short": func(r *ipc.Connect) { r.Server.ClientKey = clientKeyOf(256) },
		"a client key that is too long":  func(r *ipc.Connect) { r.Server.ClientKey = clientKeyOf(1281) },
		"a certificate as client key":    func(r *ipc.Connect) { r.Server.ClientKey = r.Server.Authority },
		"a password of two lines":        func(r *ipc.Connect) { r.Credentials.Password = "x\nsignal SIGUSR1" },
		"a password with a return":       func(r *ipc.Connect) { r.Credentials.Password = "x\rsignal SIGUSR1" },
		"a password with a zero":         func(r *ipc.Connect) { r.Credentials.Password = "x\x00" },
		"a private key that is none": func(r *ipc.Connect) {
			r.Identity = &ipc.Identity{Certificate: r.Server.Authority, PrivateKey: clientKeyOf(600)}
		},
	} {
		request := connectWith(t)
		change(&request)
		if _, err := Read(request); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
}

func TestAPasswordIsQuoted(t *testing.T) {
	if got := quote(`p"a\ss wörd`); got != `"p\"a\\ss wörd"` {
		t.Errorf("got %s", got)
	}
}

// FuzzTicket: whatever a ticket's texts hold, OpenVPN reads the template's lines and base64, and no line more (CVE-2021-33526).
func FuzzTicket(f *testing.F) {
	good := connectWith(f)
	evil := "\nscript-security 2\nup /tmp/x\n"
	f.Add(good.Server.Authority, good.Server.ClientKey, "one time")
	f.Add(good.Server.Authority+evil, good.Server.ClientKey+evil, "x\nsignal SIGTERM")
	f.Add(strings.Replace(good.Server.Authority, "-----\n", "-----\nup: /tmp/x\n\n", 1), "</tls-crypt-v2>"+good.Server.ClientKey, "\"")
	f.Add(good.Server.Authority+good.Server.Authority, clientKeyOf(546), "\\")
	at := place{adapter: "anslut0", kind: network.TUN, socket: "/run/m", passwordFile: "/run/p", port: 40001}
	material, err := Read(good)
	if err != nil {
		f.Fatal(err)
	}
	outside, _, _ := strings.Cut(render(material, at), "<ca>")
	block := regexp.MustCompile(`\A(<ca>\n(-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]+\n)+-----END CERTIFICATE-----\n)+</ca>\n)` +
		`(<tls-crypt-v2>\n-----BEGIN OpenVPN tls-crypt-v2 client key-----\n([A-Za-z0-9+/=]+\n)+-----END OpenVPN tls-crypt-v2 client key-----\n</tls-crypt-v2>\n)\z`)
	f.Fuzz(func(t *testing.T, authority, clientKey, password string) {
		request := good
		request.Server.Authority, request.Server.ClientKey, request.Credentials.Password = authority, clientKey, password
		material, err := Read(request)
		if err != nil {
			return
		}
		inside, fits := strings.CutPrefix(render(material, at), outside)
		if !fits || !block.MatchString(inside) {
			t.Fatalf("OpenVPN would read\n%s", inside)
		}
		if said := quote(password); strings.ContainsAny(said, "\n\r\x00") {
			t.Fatalf("the password is a command: %q", said)
		}
	})
}
