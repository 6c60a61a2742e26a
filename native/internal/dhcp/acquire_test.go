package dhcp

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
)

func TestRapidCommitGivesTheLeaseInOneRoundTrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(func(m sentMessage) []answer {
			return []answer{reply(m, dhcpv4.MessageTypeAck, wanted, serverID, serverMAC, rapid)}
		})
		lease, err := acquire(t.Context(), ask, l, systemClock{})
		if err != nil {
			t.Fatal(err)
		}
		if lease.Address != wanted || lease.Server != serverID || lease.ServerMAC.String() != serverMAC.String() || lease.Duration != time.Hour {
			t.Errorf("lease %+v", lease)
		}
		expectTimes(t, l.messages(), 0)
	})
}

func TestDiscoverAsksForTheAddressAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(honest)
		if _, err := acquire(t.Context(), ask, l, systemClock{}); err != nil {
			t.Fatal(err)
		}
		m := l.messages()[0]
		if m.MessageType() != dhcpv4.MessageTypeDiscover || !m.Options.Has(dhcpv4.OptionRapidCommit) || m.ClassIdentifier() != "anslut-1" {
			t.Errorf("DISCOVER %s", m.Summary())
		}
		if !m.RequestedIPAddress().Equal(wanted.AsSlice()) || m.source != unspecified || m.to.address != everybody.address || m.IsBroadcast() {
			t.Errorf("DISCOVER %s from %s to %s", m.Summary(), m.source, m.to.address)
		}
		for _, code := range []dhcpv4.OptionCode{dhcpv4.OptionRouter, dhcpv4.OptionDomainNameServer, dhcpv4.OptionClasslessStaticRoute, dhcpv4.OptionSubnetMask} {
			if m.IsOptionRequested(code) {
				t.Errorf("%s is asked for", code)
			}
		}
		request := l.messages()[1]
		if request.MessageType() != dhcpv4.MessageTypeRequest || !request.ServerIdentifier().Equal(serverID.AsSlice()) || request.ClassIdentifier() != "anslut-1" {
			t.Errorf("REQUEST %s", request.Summary())
		}
	})
}

func TestSilenceIsAskedAgainQuicklyAndEndsAfterTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(silence)
		begun := time.Now()
		_, err := acquire(t.Context(), ask, l, systemClock{})
		if !errors.Is(err, ErrNoAnswer) {
			t.Errorf("error %v", err)
		}
		if passed := time.Since(begun); passed != patience {
			t.Errorf("gave up after %v", passed)
		}
		expectTimes(t, l.messages(), resends...)
	})
}

func TestALostDiscoverCostsATenthOfASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(func(m sentMessage) []answer {
			if m.after == 0 {
				return nil
			}
			return honest(m)
		})
		if _, err := acquire(t.Context(), ask, l, systemClock{}); err != nil {
			t.Fatal(err)
		}
		expectTimes(t, l.messages(), 0, 100*time.Millisecond, 100*time.Millisecond)
	})
}

// Answers that must not be believed: each is followed by nothing, so the outcome shows whether it counted.
func TestAnswersThatAreNotOurs(t *testing.T) {
	change := func(c func(*dhcpv4.DHCPv4)) func(m sentMessage) []answer {
		return func(m sentMessage) []answer {
			return []answer{reply(m, dhcpv4.MessageTypeAck, wanted, serverID, serverMAC, rapid, c)}
		}
	}
	cases := map[string]func(m sentMessage) []answer{
		"another transaction":         change(func(m *dhcpv4.DHCPv4) { m.TransactionID[0] ^= 1 }),
		"another hardware address":    change(func(m *dhcpv4.DHCPv4) { m.ClientHWAddr = rogueMAC }),
		"a request":                   change(func(m *dhcpv4.DHCPv4) { m.OpCode = dhcpv4.OpcodeBootRequest }),
		"no server identifier":        change(func(m *dhcpv4.DHCPv4) { m.Options.Del(dhcpv4.OptionServerIdentifier) }),
		"a broadcast as server":       change(func(m *dhcpv4.DHCPv4) { m.UpdateOption(dhcpv4.OptServerIdentifier(everybody.address.AsSlice())) }),
		"an ACK without rapid commit": change(func(m *dhcpv4.DHCPv4) { m.Options.Del(dhcpv4.OptionRapidCommit) }),
		"no address":                  change(func(m *dhcpv4.DHCPv4) { m.YourIPAddr = unspecified.AsSlice() }),
		"no message type":             change(func(m *dhcpv4.DHCPv4) { m.Options.Del(dhcpv4.OptionDHCPMessageType) }),
		"a NAK to a DISCOVER": func(m sentMessage) []answer {
			return []answer{reply(m, dhcpv4.MessageTypeNak, unspecified, serverID, serverMAC)}
		},
	}
	for name, respond := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if _, err := acquire(t.Context(), ask, newFakeLink(respond), systemClock{}); !errors.Is(err, ErrNoAnswer) {
					t.Errorf("error %v", err)
				}
			})
		})
	}
}

func TestOnlyOtherAddressesAreOutside(t *testing.T) {
	cases := map[string]func(m sentMessage) []answer{
		"offered": func(m sentMessage) []answer {
			return []answer{reply(m, dhcpv4.MessageTypeOffer, other, serverID, serverMAC)}
		},
		"committed": func(m sentMessage) []answer {
			return []answer{reply(m, dhcpv4.MessageTypeAck, other, serverID, serverMAC, rapid)}
		},
		"acknowledged after a good offer": func(m sentMessage) []answer {
			if m.MessageType() == dhcpv4.MessageTypeRequest {
				return []answer{reply(m, dhcpv4.MessageTypeAck, other, serverID, serverMAC)}
			}
			return honest(m)
		},
	}
	for name, respond := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				if _, err := acquire(t.Context(), ask, newFakeLink(respond), systemClock{}); !errors.Is(err, ErrOutside) {
					t.Errorf("error %v", err)
				}
				if passed := time.Since(begun); passed > rivalPatience {
					t.Errorf("known after %v", passed)
				}
			})
		})
	}
}

func TestOfTwoServersTheOneWithTheWantedAddressWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(func(m sentMessage) []answer {
			if m.MessageType() == dhcpv4.MessageTypeDiscover {
				return append([]answer{reply(m, dhcpv4.MessageTypeOffer, other, rogueID, rogueMAC)}, honest(m)...)
			}
			return append([]answer{
				reply(m, dhcpv4.MessageTypeNak, unspecified, rogueID, rogueMAC),
				// in the chosen server's name, but from another machine
				reply(m, dhcpv4.MessageTypeNak, unspecified, serverID, rogueMAC),
				reply(m, dhcpv4.MessageTypeAck, wanted, rogueID, rogueMAC),
			}, honest(m)...)
		})
		lease, err := acquire(t.Context(), ask, l, systemClock{})
		if err != nil || lease.Server != serverID || lease.ServerMAC.String() != serverMAC.String() {
			t.Errorf("lease %+v, error %v", lease, err)
		}
	})
}

func TestNAKIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(func(m sentMessage) []answer {
			if m.MessageType() == dhcpv4.MessageTypeRequest {
				return []answer{reply(m, dhcpv4.MessageTypeNak, unspecified, serverID, serverMAC)}
			}
			return honest(m)
		})
		if _, err := acquire(t.Context(), ask, l, systemClock{}); !errors.Is(err, ErrRefused) {
			t.Errorf("error %v", err)
		}
	})
}

func TestAServerThatOffersAndDiesIsLeftForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(func(m sentMessage) []answer {
			if m.after < 2*time.Second {
				if m.MessageType() == dhcpv4.MessageTypeDiscover {
					return []answer{reply(m, dhcpv4.MessageTypeOffer, wanted, rogueID, rogueMAC)}
				}
				return nil
			}
			return honest(m)
		})
		lease, err := acquire(t.Context(), ask, l, systemClock{})
		if err != nil || lease.Server != serverID {
			t.Errorf("lease %+v, error %v", lease, err)
		}
	})
}

func TestAnAdapterThatIsNotUpYetIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newFakeLink(silence)
		l.fail = syscall.ENETDOWN
		if _, err := acquire(t.Context(), ask, l, systemClock{}); !errors.Is(err, ErrNoAnswer) || !errors.Is(err, syscall.ENETDOWN) {
			t.Errorf("error %v", err)
		}
		l.fail = syscall.ENXIO
		begun := time.Now()
		if _, err := acquire(t.Context(), ask, l, systemClock{}); !errors.Is(err, syscall.ENXIO) || time.Since(begun) != 0 {
			t.Errorf("an adapter that is gone: error %v after %v", err, time.Since(begun))
		}
	})
}

func TestCancellingEndsTheSearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		if _, err := acquire(ctx, ask, newFakeLink(silence), systemClock{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
	})
}

func TestARequestThatMakesNoSenseIsRefusedBeforeAnythingIsSent(t *testing.T) {
	for _, r := range []Request{
		{Interface: "lo", Wanted: wanted},
		{Interface: "lo", MAC: ourMAC},
		{Interface: "lo", MAC: ourMAC, Wanted: unspecified},
		{Interface: "lo", MAC: ourMAC, Wanted: wanted, VendorClass: string(make([]byte, 256))},
		{Interface: "no-such-adapter", MAC: ourMAC, Wanted: wanted},
		{Interface: "lo", MAC: ourMAC, Wanted: wanted},
	} {
		if _, err := Acquire(t.Context(), r); err == nil {
			t.Errorf("%+v was accepted", r)
		}
	}
}
