package ipc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

func TestAFrameComesBackAsItWasWritten(t *testing.T) {
	var wire bytes.Buffer
	start := RelayStart{Mode: ModeStdio, Ways: []Way{{Host: "portal.example", Port: 443}}, StepMs: 250, TimeoutMs: 30_000}
	if err := WriteFrame(&wire, start); err != nil {
		t.Fatal(err)
	}
	wire.WriteString("raw bytes behind it")
	body, err := ReadFrame(iotest.OneByteReader(&wire))
	if err != nil {
		t.Fatal(err)
	}
	read, err := DecodeRelayStart(body)
	if err != nil || read.Mode != ModeStdio || read.Ways[0].Host != "portal.example" {
		t.Fatalf("got %+v, %v", read, err)
	}
	if wire.String() != "raw bytes behind it" {
		t.Fatalf("bytes behind the frame were taken: %q is left", wire.String())
	}
}

func TestALengthOutOfBoundsIsRefusedBeforeMemoryIsTaken(t *testing.T) {
	for _, length := range []uint32{0, MaxFrameBytes + 1, 1<<32 - 1} {
		header := binary.BigEndian.AppendUint32(nil, length)
		if _, err := ReadFrame(bytes.NewReader(header)); !errors.Is(err, ErrFrameBounds) {
			t.Errorf("length %d: got %v", length, err)
		}
	}
	if err := WriteRawFrame(io.Discard, make([]byte, MaxFrameBytes+1)); !errors.Is(err, ErrFrameBounds) {
		t.Errorf("writing too much: got %v", err)
	}
}

func TestMemoryGrowsWithWhatArrivesNotWithWhatWasPromised(t *testing.T) {
	promise := append(binary.BigEndian.AppendUint32(nil, MaxFrameBytes), "ten bytes."...)
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ReadFrame(bytes.NewReader(promise)); !errors.Is(err, io.ErrUnexpectedEOF) {
				b.Fatal(err)
			}
		}
	})
	if taken := result.AllocedBytesPerOp(); taken > 64<<10 {
		t.Errorf("%d bytes were taken for ten that came", taken)
	}
}

func TestAnEndBetweenFramesIsNoError(t *testing.T) {
	if _, err := ReadFrame(bytes.NewReader(nil)); err != io.EOF {
		t.Errorf("got %v", err)
	}
	if _, err := ReadFrame(bytes.NewReader([]byte{0, 0})); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("inside a length: got %v", err)
	}
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte{0, 0, 0, 2, '{', '}'})
	f.Add([]byte{0, 0, 0, 0})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, wire []byte) {
		body, err := ReadFrame(bytes.NewReader(wire))
		if err == nil && !bytes.Equal(body, wire[4:4+len(body)]) {
			t.Fatal("the body is not what stood on the wire")
		}
	})
}
