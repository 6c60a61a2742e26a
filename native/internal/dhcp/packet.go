package dhcp

import (
	"encoding/binary"
	"net/netip"
)

const (
	clientPort, serverPort = 68, 67

	ipHeaderBytes, udpHeaderBytes = 20, 8
	protocolUDP                   = 17
	// maxPacketBytes bounds what is read of one packet; a DHCP message for us has some 300 bytes.
	maxPacketBytes = 2048
)

// packUDP makes the IPv4 packet for a payload from port 68 of source to port 67 of target (RFC 791, RFC 768).
func packUDP(source, target netip.Addr, payload []byte) []byte {
	packet := make([]byte, ipHeaderBytes+udpHeaderBytes+len(payload))
	header, datagram := packet[:ipHeaderBytes], packet[ipHeaderBytes:]
	from, to := source.As4(), target.As4()

	header[0] = 4<<4 | ipHeaderBytes/4
	binary.BigEndian.PutUint16(header[2:], uint16(len(packet)))
	header[8], header[9] = 64, protocolUDP
	copy(header[12:], from[:])
	copy(header[16:], to[:])
	binary.BigEndian.PutUint16(header[10:], ^sum(0, header))

	binary.BigEndian.PutUint16(datagram, clientPort)
	binary.BigEndian.PutUint16(datagram[2:], serverPort)
	binary.BigEndian.PutUint16(datagram[4:], uint16(len(datagram)))
	copy(datagram[udpHeaderBytes:], payload)
	// The pseudo header: both addresses, protocol, length.
	pseudo := sum(protocolUDP+uint32(len(datagram)), header[12:20])
	check := ^sum(uint32(pseudo), datagram)
	if check == 0 {
		check = 0xffff // 0 would mean "no checksum"
	}
	binary.BigEndian.PutUint16(datagram[6:], check)
	return packet
}

// unpackUDP returns the payload of an unfragmented IPv4/UDP packet from port 67 to port 68. Checksums are not looked at:
// over veth they are left to hardware that does not exist, and the tunnel below is authenticated.
func unpackUDP(packet []byte) ([]byte, bool) {
	if len(packet) < ipHeaderBytes || packet[0]>>4 != 4 || packet[9] != protocolUDP {
		return nil, false
	}
	headerBytes := int(packet[0]&0x0f) * 4
	total := int(binary.BigEndian.Uint16(packet[2:]))
	isFragment := binary.BigEndian.Uint16(packet[6:])&0x3fff != 0
	if headerBytes < ipHeaderBytes || total > len(packet) || total < headerBytes+udpHeaderBytes || isFragment {
		return nil, false
	}
	datagram := packet[headerBytes:total]
	length := int(binary.BigEndian.Uint16(datagram[4:]))
	if length < udpHeaderBytes || length > len(datagram) {
		return nil, false
	}
	if binary.BigEndian.Uint16(datagram) != serverPort || binary.BigEndian.Uint16(datagram[2:]) != clientPort {
		return nil, false
	}
	return datagram[udpHeaderBytes:length], true
}

// sum is the ones' complement sum of RFC 1071, not yet complemented.
func sum(start uint32, data []byte) uint16 {
	total := start
	for ; len(data) >= 2; data = data[2:] {
		total += uint32(binary.BigEndian.Uint16(data))
	}
	if len(data) == 1 {
		total += uint32(data[0]) << 8
	}
	for total > 0xffff {
		total = total>>16 + total&0xffff
	}
	return uint16(total)
}
