package ipc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrFrameBounds says that a frame's length is zero or above MaxFrameBytes. The stream is lost after it.
var ErrFrameBounds = errors.New("length is out of bounds")

// ReadFrame reads the body of one frame: 4 bytes length (big endian), then that many bytes. It takes not one byte more from
// the stream, so raw bytes may follow. The length is judged before any memory is taken for it, and memory then grows with
// what arrives, not with what was promised. A clean end before a frame is io.EOF, an end inside one io.ErrUnexpectedEOF.
func ReadFrame(stream io.Reader) ([]byte, error) {
	var header [4]byte
	if _, err := io.ReadFull(stream, header[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, fmt.Errorf("read the length of a frame: %w", err)
	}
	length := binary.BigEndian.Uint32(header[:])
	if length == 0 || length > MaxFrameBytes {
		return nil, fmt.Errorf("frame of %d bytes: %w", length, ErrFrameBounds)
	}
	var body bytes.Buffer
	if _, err := io.CopyN(&body, stream, int64(length)); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("read a frame of %d bytes: %w", length, err)
	}
	return body.Bytes(), nil
}

// WriteFrame encodes a message of this package and writes it as one frame in one Write.
func WriteFrame(stream io.Writer, message any) error {
	body, err := Encode(message)
	if err != nil {
		return err
	}
	return WriteRawFrame(stream, body)
}

// WriteRawFrame writes a body that is already encoded.
func WriteRawFrame(stream io.Writer, body []byte) error {
	if len(body) == 0 || len(body) > MaxFrameBytes {
		return fmt.Errorf("frame of %d bytes: %w", len(body), ErrFrameBounds)
	}
	frame := make([]byte, 4, 4+len(body))
	binary.BigEndian.PutUint32(frame, uint32(len(body)))
	if _, err := stream.Write(append(frame, body...)); err != nil {
		return fmt.Errorf("write a frame of %d bytes: %w", len(body), err)
	}
	return nil
}
