package openvpn

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// What a ticket brings is decoded and encoded anew: whatever else stood in the text, line breaks and directives included,
// is not in what OpenVPN reads.

var (
	errNoPEM     = errors.New("holds no PEM block of the right kind")
	errLeftovers = errors.New("holds something besides its PEM blocks")
	errSize      = errors.New("has a size that cannot be right")
)

// maxCertificates bounds an authority's chain.
const maxCertificates = 8

// clientKeyType is how OpenVPN marks a tls-crypt-v2 client key.
const clientKeyType = "OpenVPN tls-crypt-v2 client key"

// A tls-crypt-v2 client key is 256 bytes of key and a wrapped key of 290 to 1024 bytes (doc/tls-crypt-v2.txt).
const minClientKey, maxClientKey = 256 + 290, 256 + 1024

// Certificates decodes one or more certificates and gives them as DER.
func Certificates(text string) ([][]byte, error) {
	blocks, err := blocksOf(text)
	if err != nil {
		return nil, err
	}
	if len(blocks) > maxCertificates {
		return nil, fmt.Errorf("%d certificates: %w", len(blocks), errSize)
	}
	var list [][]byte
	for _, block := range blocks {
		if block.Type != "CERTIFICATE" {
			return nil, errNoPEM
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("parse a certificate: %w", err)
		}
		list = append(list, certificate.Raw)
	}
	return list, nil
}

func encodeCertificates(list [][]byte) string {
	var text strings.Builder
	for _, der := range list {
		text.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	return text.String()
}

func cleanClientKey(text string) (string, error) {
	block, err := singleBlock(text)
	if err != nil {
		return "", err
	}
	if block.Type != clientKeyType {
		return "", errNoPEM
	}
	if size := len(block.Bytes); size < minClientKey || size > maxClientKey {
		return "", fmt.Errorf("a client key of %d bytes: %w", size, errSize)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: clientKeyType, Bytes: block.Bytes})), nil
}

func cleanPrivateKey(text string) (string, error) {
	block, err := singleBlock(text)
	if err != nil {
		return "", err
	}
	var key any
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		err = errNoPEM
	}
	if err != nil {
		return "", fmt.Errorf("parse a private key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", fmt.Errorf("encode a private key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}

func singleBlock(text string) (*pem.Block, error) {
	blocks, err := blocksOf(text)
	if err != nil {
		return nil, err
	}
	if len(blocks) != 1 {
		return nil, fmt.Errorf("%d PEM blocks: %w", len(blocks), errSize)
	}
	return blocks[0], nil
}

// blocksOf gives all blocks of a text that holds nothing else.
func blocksOf(text string) ([]*pem.Block, error) {
	var blocks []*pem.Block
	for rest := strings.TrimSpace(text); rest != ""; {
		if !strings.HasPrefix(rest, "-----BEGIN ") {
			return nil, errLeftovers
		}
		block, after := pem.Decode([]byte(rest))
		if block == nil || len(block.Headers) > 0 {
			return nil, errNoPEM
		}
		blocks = append(blocks, block)
		rest = strings.TrimSpace(string(after))
	}
	if len(blocks) == 0 {
		return nil, errNoPEM
	}
	return blocks, nil
}
