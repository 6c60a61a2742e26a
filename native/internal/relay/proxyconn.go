package relay

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
)

const (
	maxHeadBytes = 16 << 10
	// maxDrainBytes is how much of a 407's page is read to keep the connection; a new one is cheaper than more.
	maxDrainBytes = 64 << 10
	// maxInterim bounds 1xx answers before the real one.
	maxInterim = 4
)

var (
	// errUnanswered: the proxy has closed before the first byte of an answer.
	errUnanswered = errors.New("closed before any answer")
	// errNoResponse: not one byte of an answer in time.
	errNoResponse = errors.New("no answer in time")
	errHeadTooBig = errors.New("the head of the answer is too long")
	errInterim    = errors.New("too many interim answers")
	errMalformed  = errors.New("the answer is no HTTP, or cut")
)

// proxyConn is a connection to a proxy before it is a tunnel. Not more is read of the proxy's bytes than is asked for.
type proxyConn struct {
	*net.TCPConn
	reader responseReader
}

func newProxyConn(tcp *net.TCPConn) *proxyConn {
	return &proxyConn{TCPConn: tcp, reader: newResponseReader(tcp)}
}

// exchange sends a CONNECT and reads the head of the answer.
func (c *proxyConn) exchange(ctx context.Context, request string, patience limits) (*http.Response, error) {
	lift := within(ctx, c.TCPConn, patience.response)
	defer func() { lift() }()
	if _, err := io.WriteString(c.TCPConn, request); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnanswered, err)
	}
	if err := c.reader.await(); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, errNoResponse
		}
		return nil, fmt.Errorf("%w: %w", errUnanswered, err)
	}
	lift()
	lift = within(ctx, c.TCPConn, patience.head)
	return c.reader.read()
}

// canGoOn drains the page that came with a 407 and says whether the connection can carry another request.
func (c *proxyConn) canGoOn(ctx context.Context, response *http.Response, patience limits) bool {
	if response.Close || strings.EqualFold(response.Header.Get("Proxy-Connection"), "close") || response.ContentLength > maxDrainBytes {
		return false
	}
	defer within(ctx, c.TCPConn, patience.head)()
	return c.reader.drain(response) == nil
}

// tunnel turns the connection into what it was for.
func (c *proxyConn) tunnel() opened {
	return opened{conn: c.TCPConn, raw: c.TCPConn, early: c.reader.rest()}
}

// responseReader reads HTTP answers whose size is bounded.
type responseReader struct {
	bound    *io.LimitedReader
	buffered *bufio.Reader
}

func newResponseReader(from io.Reader) responseReader {
	bound := &io.LimitedReader{R: from, N: maxHeadBytes}
	return responseReader{bound: bound, buffered: bufio.NewReader(bound)}
}

// await waits for the first byte of an answer.
func (r responseReader) await() error {
	r.bound.N = maxHeadBytes
	_, err := r.buffered.Peek(1)
	return err
}

// read reads the head of the final answer.
func (r responseReader) read() (*http.Response, error) {
	for range maxInterim {
		response, err := http.ReadResponse(r.buffered, &http.Request{Method: http.MethodConnect})
		if err != nil && r.bound.N <= 0 {
			return nil, errHeadTooBig
		}
		if err != nil {
			return nil, errMalformed // err may quote what the proxy has said, and that may be our own credentials
		}
		if response.StatusCode/100 != 1 {
			return response, nil
		}
	}
	return nil, errInterim
}

func (r responseReader) drain(response *http.Response) error {
	r.bound.N = maxDrainBytes
	_, err := io.Copy(io.Discard, response.Body)
	return err
}

// rest is what has been read behind the head: the tunnel's first bytes.
func (r responseReader) rest() []byte {
	rest, _ := r.buffered.Peek(r.buffered.Buffered())
	return append([]byte(nil), rest...)
}
