package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"
)

// totp says the six digits that an authenticator app would show (RFC 6238: SHA-1, 30 s). A portal takes each code
// once; --ahead 1 is the next one, which portals that allow for clocks take already.
//
//	wire totp [--ahead N] <base32 secret>
func totp(args []string) error {
	flags := flag.NewFlagSet("totp", flag.ContinueOnError)
	ahead := flags.Int64("ahead", 0, "steps into the future")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("usage: totp [--ahead N] <base32 secret>")
	}
	secret := strings.ToUpper(strings.TrimRight(flags.Arg(0), "="))
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return fmt.Errorf("the secret is no base32: %w", err)
	}
	fmt.Println(totpCode(key, time.Now().Unix()/30+*ahead))
	return nil
}

// totpCode is RFC 4226, 5.3.
func totpCode(key []byte, step int64) string {
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1_000_000)
}
