package dhcp

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"anslut/native/internal/labtest"
)

const bothSlices = "02:a5:00:00:00:11,tag:tap1,tag:!s2,10.77.0.17\n02:a5:00:00:00:11,tag:tap1,tag:s2,10.99.0.17\n"

var slices = []string{"--dhcp-rapid-commit", "--dhcp-range=10.77.0.0,static,255.255.240.0,2m", "--dhcp-range=10.99.0.0,static,255.255.240.0,2m"}

// laptop is a host with dnsmasq at the end of adapter c0, which has our MAC.
func laptop(t *testing.T, prefix string) (host, *dnsmasq) {
	t.Helper()
	h := newHost(t)
	h.cable("c0", "10.77.0.1"+prefix, "10.99.0.1"+prefix)
	labtest.Run(t, "ip link set c0 address "+ourMAC.String())
	return h, h.dnsmasq(bothSlices, slices...)
}

func TestTheVendorClassChoosesTheSlice(t *testing.T) {
	for _, prefix := range []string{"/32", "/20"} {
		t.Run("gateways "+prefix, func(t *testing.T) {
			laptop(t, prefix)
			for class, want := range map[string][2]string{"anslut-1": {"10.77.0.17", "10.77.0.1"}, "anslut-2": {"10.99.0.17", "10.99.0.1"}} {
				begun := time.Now()
				r := Request{Interface: "c0", MAC: ourMAC, Wanted: netip.MustParseAddr(want[0]), VendorClass: class}
				lease, err := Acquire(t.Context(), r)
				if err != nil {
					t.Fatalf("%s: %v", class, err)
				}
				t.Logf("%s: %s for %v after %v", class, lease.Address, lease.Duration, time.Since(begun))
				if lease.Address != r.Wanted || lease.Server.String() != want[1] || lease.Duration != 2*time.Minute || lease.Renew != time.Minute {
					t.Errorf("%s: %+v", class, lease)
				}
			}
		})
	}
}

func TestTheOtherSlicesAddressIsOutside(t *testing.T) {
	laptop(t, "/32")
	r := ask
	r.VendorClass = "anslut-2"
	if _, err := Acquire(t.Context(), r); !errors.Is(err, ErrOutside) {
		t.Errorf("error %v", err)
	}
}

func TestAForeignMACGetsNoAnswer(t *testing.T) {
	h := newHost(t)
	h.cable("c0", "10.77.0.1/32", "10.99.0.1/32")
	labtest.Run(t, "ip link set c0 address "+rogueMAC.String())
	h.dnsmasq(bothSlices, slices...)
	r := ask
	r.MAC = rogueMAC
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if lease, err := Acquire(ctx, r); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("lease %+v, error %v", lease, err)
	}
}

func TestWithoutRapidCommitAnOfferIsTakenUp(t *testing.T) {
	h := newHost(t)
	h.cable("c0", "10.77.0.1/32")
	labtest.Run(t, "ip link set c0 address "+ourMAC.String())
	d := h.dnsmasq("02:a5:00:00:00:11,10.77.0.17\n", slices[1])
	lease, err := Acquire(t.Context(), ask)
	if err != nil || lease.Address != wanted {
		t.Errorf("lease %+v, error %v", lease, err)
	}
	d.await("DHCPREQUEST(tap1) 10.77.0.17")
}

// hurry returns a keeper on the real adapter whose seconds last a millisecond.
func hurry(renewed func(Lease)) keeper {
	return keeper{
		request: ask, clock: hurriedClock{time.Now()}, renewed: renewed,
		open: func() (link, error) { return openLink(ask.Interface, ask.MAC) },
	}
}

// settle puts the leased address on the adapter as the helper does: a renewal's answer is sent to it, and asks for its MAC.
func settle(t *testing.T, lease Lease) {
	t.Helper()
	labtest.Run(t, "ip addr add "+lease.Address.String()+"/32 dev c0")
	labtest.Run(t, "ip route add "+lease.Server.String()+"/32 dev c0")
}

func TestRenewalsAndReleaseReachARealServer(t *testing.T) {
	h, d := laptop(t, "/32")
	h.Run("ip route add 10.77.0.17/32 dev tap1")
	lease, err := Acquire(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	settle(t, lease)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	renewals := 0
	err = hurry(func(next Lease) {
		if renewals++; renewals == 3 {
			cancel()
		}
		if next.Address != lease.Address || next.Server != lease.Server || next.ServerMAC.String() != lease.ServerMAC.String() {
			t.Errorf("renewed %+v, was %+v", next, lease)
		}
	}).run(ctx, lease)
	if err != nil || renewals != 3 {
		t.Errorf("%d renewals, error %v", renewals, err)
	}
	d.await("DHCPRELEASE(tap1) 10.77.0.17")
}

func TestAnAddressThatIsTakenAwayIsRefusedAtTheRenewal(t *testing.T) {
	h, d := laptop(t, "/32")
	h.Run("ip route add 10.77.0.17/32 dev tap1")
	lease, err := Acquire(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	settle(t, lease)
	d.rewrite("02:a5:00:00:00:11,10.77.0.99\n")
	if err := hurry(nil).run(t.Context(), lease); !errors.Is(err, ErrRefused) {
		t.Errorf("error %v", err)
	}
}

func TestALeaseExpiresWhenItsServerIsGone(t *testing.T) {
	_, d := laptop(t, "/32")
	lease, err := Acquire(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	d.stop()
	if err := hurry(nil).run(t.Context(), lease); !errors.Is(err, ErrExpired) {
		t.Errorf("error %v", err)
	}
}

func TestARogueServerOnTheSameWireIsIgnored(t *testing.T) {
	right, rogue := newHost(t), newHost(t)
	labtest.Run(t, "ip link add br0 type bridge")
	t.Cleanup(func() { labtest.Run(t, "ip link del br0") })
	right.cable("p1", "10.77.0.1/32", "10.99.0.1/32")
	rogue.cable("p2", "10.66.0.1/24")
	labtest.Run(t, "ip link add c0 type veth peer name p0")
	labtest.Run(t, "ip link set c0 address "+ourMAC.String())
	for _, adapter := range []string{"p0", "p1", "p2"} {
		labtest.Run(t, "ip link set "+adapter+" master br0 up")
	}
	labtest.Run(t, "ip link set br0 up")
	labtest.Run(t, "ip link set c0 up")
	t.Cleanup(func() { labtest.Run(t, "ip link del c0") })

	rogueServer := rogue.dnsmasq("", "--dhcp-rapid-commit", "--dhcp-range=10.66.0.10,10.66.0.20,2m")
	short, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if lease, err := Acquire(short, ask); !errors.Is(err, ErrOutside) {
		t.Fatalf("the rogue alone: lease %+v, error %v", lease, err)
	}
	rogueServer.await("DHCPACK(tap1) 10.66.0")

	right.dnsmasq(bothSlices, slices...)
	lease, err := Acquire(t.Context(), ask)
	if err != nil || lease.Server != serverID {
		t.Errorf("with both: lease %+v, error %v", lease, err)
	}
}
