package dhcp

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

var hour = Lease{Address: wanted, Server: serverID, ServerMAC: serverMAC, Duration: time.Hour, Renew: 30 * time.Minute, Rebind: 52 * time.Minute}

func keepOver(l *fakeLink, renewed func(Lease)) keeper {
	return keeper{request: ask, clock: systemClock{}, renewed: renewed, open: func() (link, error) { return l, nil }}
}

func TestALeaseIsRenewedFromItsServerAndReleasedAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(honest)
		ctx, cancel := context.WithCancel(t.Context())
		renewals := 0
		err := keepOver(l, func(lease Lease) {
			if renewals++; renewals == 3 {
				cancel()
			}
			if lease.Address != wanted || lease.Duration != time.Hour {
				t.Errorf("lease %+v", lease)
			}
		}).run(ctx, hour)
		if err != nil {
			t.Fatal(err)
		}
		sent := l.messages()
		expectTimes(t, sent, 30*time.Minute, time.Hour, 90*time.Minute, 90*time.Minute)
		renewal, release := sent[0], sent[3]
		if renewal.to.address != serverID || renewal.source != wanted || !renewal.ClientIPAddr.Equal(wanted.AsSlice()) || renewal.ClassIdentifier() != "anslut-1" {
			t.Errorf("renewal %s from %s to %s", renewal.Summary(), renewal.source, renewal.to.address)
		}
		if renewal.Options.Has(dhcpv4.OptionRequestedIPAddress) || renewal.Options.Has(dhcpv4.OptionServerIdentifier) {
			t.Errorf("renewal with options of another phase: %s", renewal.Summary())
		}
		if release.MessageType() != dhcpv4.MessageTypeRelease || release.to.address != serverID || !release.ClientIPAddr.Equal(wanted.AsSlice()) {
			t.Errorf("release %s", release.Summary())
		}
	})
}

func TestASilentServerIsAskedInPublicAndThenTheLeaseExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(silence)
		begun := time.Now()
		err := keepOver(l, nil).run(t.Context(), hour)
		if !errors.Is(err, ErrExpired) || time.Since(begun) != time.Hour {
			t.Errorf("error %v after %v", err, time.Since(begun))
		}
		for _, m := range l.messages() {
			if isPublic := m.to.address == everybody.address; isPublic != (m.after >= 52*time.Minute) {
				t.Errorf("sent to %s after %v", m.to.address, m.after)
			}
		}
		if count := len(l.messages()); count < 20 || count > 60 {
			t.Errorf("asked %d times in half an hour", count)
		}
	})
}

func TestAnotherServerMayTakeTheLeaseOverWhenAskedInPublic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(func(m sentMessage) []answer {
			return []answer{reply(m, dhcpv4.MessageTypeAck, wanted, rogueID, rogueMAC)}
		})
		ctx, cancel := context.WithCancel(t.Context())
		err := keepOver(l, func(lease Lease) {
			if lease.Server != rogueID || time.Since(l.begun) != 52*time.Minute {
				t.Errorf("lease %+v after %v", lease, time.Since(l.begun))
			}
			cancel()
		}).run(ctx, hour)
		if err != nil {
			t.Error(err)
		}
	})
}

func TestOnlyOurServersNAKCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nak := func(m sentMessage) []answer {
			if m.to.address == serverID {
				return []answer{
					reply(m, dhcpv4.MessageTypeNak, unspecified, rogueID, rogueMAC),
					reply(m, dhcpv4.MessageTypeNak, unspecified, serverID, rogueMAC),
					reply(m, dhcpv4.MessageTypeAck, other, serverID, serverMAC),
				}
			}
			return []answer{reply(m, dhcpv4.MessageTypeNak, unspecified, serverID, serverMAC)}
		}
		l := newFakeLink(nak)
		begun := time.Now()
		err := keepOver(l, nil).run(t.Context(), hour)
		if !errors.Is(err, ErrRefused) || time.Since(begun) != 52*time.Minute {
			t.Errorf("error %v after %v", err, time.Since(begun))
		}
	})
}

func TestALostRenewalIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(func(m sentMessage) []answer {
			if m.after < 30*time.Minute+3*time.Second {
				return nil
			}
			return honest(m)
		})
		ctx, cancel := context.WithCancel(t.Context())
		if err := keepOver(l, func(Lease) { cancel() }).run(ctx, hour); err != nil {
			t.Error(err)
		}
		begin := 30 * time.Minute
		expectTimes(t, l.messages(), begin, begin+time.Second, begin+3*time.Second, begin+3*time.Second)
	})
}

func TestHangingUpDuringARenewalReleasesToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(silence)
		ctx, cancel := context.WithTimeout(t.Context(), 31*time.Minute)
		defer cancel()
		if err := keepOver(l, nil).run(ctx, hour); err != nil {
			t.Error(err)
		}
		sent := l.messages()
		if last := sent[len(sent)-1]; last.MessageType() != dhcpv4.MessageTypeRelease {
			t.Errorf("last message %s", last.Summary())
		}
	})
}
