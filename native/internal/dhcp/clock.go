package dhcp

import "time"

// clock is time as the exchange sees it; a test lets hours pass in milliseconds.
type clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

// systemClock is monotonic and stands still while the laptop sleeps. That is enough: the session throws its tunnel, and
// the lease with it, away when the laptop wakes up.
type systemClock struct{}

func (systemClock) Now() time.Time                         { return time.Now() }
func (systemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }
