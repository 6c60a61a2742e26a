package main

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"sync"
)

// Function and exception codes: MODBUS Application Protocol Specification V1.1b3, sections 6 and 7.
const (
	readHolding   = 3
	readInput     = 4
	writeSingle   = 6
	writeMultiple = 16

	illegalFunction = 1
	illegalAddress  = 2
	illegalValue    = 3
)

const registerCount = 1000

type registers struct {
	lock   sync.Mutex
	values [registerCount]uint16
}

// plc is a Modbus TCP server. Its first register holds a given value, every other one its own number; holding and
// input registers are the same table, as on many small controllers.
//
//	wire plc --value N [--listen :502]
func plc(args []string) error {
	flags := flag.NewFlagSet("plc", flag.ContinueOnError)
	value := flags.Uint("value", 0, "the first register")
	listen := flags.String("listen", ":502", "where to listen")
	if err := flags.Parse(args); err != nil {
		return err
	}
	table := &registers{}
	for i := range table.values {
		table.values[i] = uint16(i)
	}
	table.values[0] = uint16(*value)
	listener, err := net.Listen("tcp4", *listen)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for {
		caller, err := listener.Accept()
		if err != nil {
			return err
		}
		go serveModbus(caller, table)
	}
}

// serveModbus answers one connection: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.
func serveModbus(caller io.ReadWriteCloser, table *registers) {
	defer caller.Close()
	header := make([]byte, 7) // transaction, protocol 0, length of what follows, unit
	for {
		if _, err := io.ReadFull(caller, header); err != nil {
			return
		}
		length := binary.BigEndian.Uint16(header[4:])
		if binary.BigEndian.Uint16(header[2:]) != 0 || length < 2 || length > 254 {
			return
		}
		request := make([]byte, length-1)
		if _, err := io.ReadFull(caller, request); err != nil {
			return
		}
		answer := table.answer(request)
		binary.BigEndian.PutUint16(header[4:], uint16(len(answer)+1))
		if _, err := caller.Write(append(append([]byte(nil), header...), answer...)); err != nil {
			return
		}
	}
}

type exception byte

func (e exception) Error() string { return fmt.Sprintf("Modbus exception %d", byte(e)) }

func (r *registers) answer(request []byte) []byte {
	answer, err := r.obey(request[0], request[1:])
	if err == nil {
		return append([]byte{request[0]}, answer...)
	}
	var code exception
	if !errors.As(err, &code) {
		code = illegalValue
	}
	return []byte{request[0] | 0x80, byte(code)}
}

func (r *registers) obey(function byte, body []byte) ([]byte, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	switch function {
	case readHolding, readInput:
		if len(body) != 4 {
			return nil, exception(illegalValue)
		}
		window, err := r.window(body, 125)
		if err != nil {
			return nil, err
		}
		answer := []byte{byte(2 * len(window))}
		for _, value := range window {
			answer = binary.BigEndian.AppendUint16(answer, value)
		}
		return answer, nil
	case writeSingle:
		if len(body) != 4 {
			return nil, exception(illegalValue)
		}
		address := int(binary.BigEndian.Uint16(body))
		if address >= registerCount {
			return nil, exception(illegalAddress)
		}
		r.values[address] = binary.BigEndian.Uint16(body[2:])
		return body, nil
	case writeMultiple:
		if len(body) < 5 || int(body[4]) != len(body)-5 {
			return nil, exception(illegalValue)
		}
		window, err := r.window(body, 123)
		if err != nil {
			return nil, err
		}
		if int(body[4]) != 2*len(window) {
			return nil, exception(illegalValue)
		}
		for i := range window {
			window[i] = binary.BigEndian.Uint16(body[5+2*i:])
		}
		return body[:4], nil
	default:
		return nil, exception(illegalFunction)
	}
}

// window is the registers that address and quantity, the first four bytes of a request, speak of.
func (r *registers) window(body []byte, most int) ([]uint16, error) {
	address, quantity := int(binary.BigEndian.Uint16(body)), int(binary.BigEndian.Uint16(body[2:]))
	if quantity < 1 || quantity > most {
		return nil, exception(illegalValue)
	}
	if address+quantity > registerCount {
		return nil, exception(illegalAddress)
	}
	return r.values[address : address+quantity], nil
}
