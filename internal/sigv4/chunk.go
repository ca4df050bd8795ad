package sigv4

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The payloads that VerifyChunked knows. There is one more, with a trailer that nobody signs, which we never accept:
// it is how other servers came to take writes from strangers (CVE-2026-41145 and its kin).
const (
	chunkedPayload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	trailerPayload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
)

// maxChunk bounds what is held of a body until its signature is verified. SDKs send 64 to 128 KiB.
const maxChunk = 1 << 20

// IsChunked tells whether r says that its body is signed chunk by chunk, so that VerifyChunked is to be asked, not Verify.
func IsChunked(r *http.Request) bool {
	p := r.Header.Get(payloadHeader)
	return p == chunkedPayload || p == trailerPayload
}

// VerifyChunked checks the signature of r's headers, and returns a reader of its body that takes the aws-chunked
// framing off and verifies each chunk before it hands it out. Errors are as Verify's. Without Options.Chunked
// it refuses. It reads nothing from r.Body yet.
func (v *Verifier) VerifyChunked(r *http.Request) (Request, *Chunks, error) {
	c, err := v.readClaim(r)
	if err != nil {
		return Request{}, nil, answer(r, err)
	}
	body, err := v.chunksOf(c, r)
	if err != nil {
		return Request{}, nil, answer(r, err)
	}
	cred, key, err := v.authenticate(r, c, c.payload)
	if err != nil {
		return Request{}, nil, answer(r, err)
	}
	body.key = key
	return c.request(cred.Account), body, nil
}

// chunksOf checks what r's headers say of its chunks.
func (v *Verifier) chunksOf(c *claim, r *http.Request) (*Chunks, error) {
	if !v.opts.Chunked || c.presigned || !IsChunked(r) {
		return nil, refuse(mismatched, "x-amz-content-sha256 must be the SHA-256 of the body; '%s' is not accepted.", c.payload)
	}
	length, err := strconv.ParseUint(r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 62)
	if err != nil {
		return nil, refuse(cutShort, "x-amz-decoded-content-length must be a number of bytes, got '%s'.", r.Header.Get("X-Amz-Decoded-Content-Length"))
	}
	body := &Chunks{from: bufio.NewReader(r.Body), request: r, claim: c, left: int64(length), previous: c.signature}
	if c.payload == trailerPayload {
		for name := range strings.SplitSeq(r.Header.Get("X-Amz-Trailer"), ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); !isSignedName(name) {
				return nil, refuse(cutShort, "x-amz-trailer must name the trailing headers, got '%s'.", r.Header.Get("X-Amz-Trailer"))
			}
			body.promised = append(body.promised, name)
		}
	}
	return body, nil
}

// Chunks is the decoded body of a request that is signed chunk by chunk. What Read returns is verified, but only
// io.EOF says that it is all there is: whoever stores it must wait for that.
type Chunks struct {
	from     *bufio.Reader
	request  *http.Request
	claim    *claim
	key      signingKey
	previous string   // signature of what came before
	promised []string // names of the trailing headers that must come, in lower case
	left     int64    // bytes of the body that must still come
	chunk    bytes.Buffer
	trailer  http.Header
	err      error // what Read returns once chunk is empty
}

// Read reads verified bytes. Its errors are as Verify's; after the first one there is no more to read.
func (b *Chunks) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for b.chunk.Len() == 0 && b.err == nil {
		if err := b.next(); err != nil {
			b.chunk.Reset()
			b.err = err
			if !errors.Is(err, io.EOF) {
				b.err = answer(b.request, err)
			}
		}
	}
	if b.chunk.Len() == 0 {
		return 0, b.err
	}
	return b.chunk.Read(p)
}

// Trailer returns the trailing headers, once Read has returned io.EOF; before, nil. Checksums in them are not checked.
func (b *Chunks) Trailer() http.Header {
	if !errors.Is(b.err, io.EOF) {
		return nil
	}
	return b.trailer
}

// next reads and verifies one chunk; after the last one, it is io.EOF.
func (b *Chunks) next() error {
	size, signature, err := b.readHead()
	if err != nil {
		return err
	}
	b.chunk.Reset()
	if _, err := io.CopyN(&b.chunk, b.from, size); err != nil {
		return b.broken(err)
	}
	if err := b.verify("AWS4-HMAC-SHA256-PAYLOAD", true, b.chunk.Bytes(), signature); err != nil {
		return err
	}
	b.left -= size
	switch {
	case size > 0:
		return b.readBlank()
	case b.left > 0:
		return refuse(cutShort, "The body ends %d bytes short of its x-amz-decoded-content-length.", b.left)
	}
	if err := b.readTrailer(); err != nil {
		return err
	}
	return b.readEnd()
}

// verify checks the signature of a chunk or a trailer, which is chained to the one before.
func (b *Chunks) verify(kind string, chunk bool, data []byte, signature string) error {
	text := make([]byte, 0, 320)
	text = append(append(text, kind...), '\n')
	text = b.claim.appendTimeAndScope(text)
	text = append(append(text, b.previous...), '\n')
	if chunk { // its headers, of which there are none
		text = append(append(text, hashOf(nil)...), '\n')
	}
	sum := sha256.Sum256(data)
	if !b.key.signed(hex.AppendEncode(text, sum[:]), signature) {
		return refuse(mismatched, mismatchText)
	}
	b.previous = signature
	return nil
}

// readHead reads a chunk's first line, "1f;chunk-signature=" and the signature.
func (b *Chunks) readHead() (size int64, signature string, err error) {
	line, err := b.readLine()
	if err != nil {
		return 0, "", err
	}
	digits, signature, ok := strings.Cut(line, ";chunk-signature=")
	n, err := strconv.ParseUint(digits, 16, 32)
	if !ok || err != nil {
		return 0, "", refuse(cutShort, "A chunk must begin with its size and signature.")
	}
	if size = int64(n); size > maxChunk {
		return 0, "", refuse(cutShort, "A chunk must have at most %d bytes, got %d.", maxChunk, size)
	}
	if size > b.left {
		return 0, "", refuse(cutShort, "The body is %d bytes longer than its x-amz-decoded-content-length.", size-b.left)
	}
	return size, signature, nil
}

// readTrailer reads the trailing headers that were promised, and their signature. Servers and clients differ in
// where they put empty lines; one before each line is allowed [R].
func (b *Chunks) readTrailer() error {
	if b.promised == nil {
		return nil
	}
	var signed bytes.Buffer
	trailer := http.Header{}
	for {
		line, err := b.readLine()
		if err == nil && line == "" {
			line, err = b.readLine()
		}
		if err != nil {
			return err
		}
		name, value, _ := strings.Cut(line, ":")
		name, value = strings.ToLower(name), strings.Trim(value, " ")
		if name == "x-amz-trailer-signature" {
			if len(trailer) != len(b.promised) {
				return refuse(cutShort, "The trailer has %d headers, not the %d of x-amz-trailer.", len(trailer), len(b.promised))
			}
			b.trailer = trailer
			return b.verify("AWS4-HMAC-SHA256-TRAILER", false, signed.Bytes(), value)
		}
		if !slices.Contains(b.promised, name) || trailer[http.CanonicalHeaderKey(name)] != nil {
			return refuse(cutShort, "Trailing header '%s' must be in x-amz-trailer and appear once.", name)
		}
		trailer.Set(name, value)
		fmt.Fprintf(&signed, "%s:%s\n", name, value)
	}
}

// readBlank reads the end of the line after a chunk's data.
func (b *Chunks) readBlank() error {
	line, err := b.readLine()
	if err == nil && line != "" {
		return refuse(cutShort, "A chunk must end where its size says.")
	}
	return err
}

// readEnd reads at most one empty line, and io.EOF.
func (b *Chunks) readEnd() error {
	if rest, _ := b.from.Peek(2); string(rest) == "\r\n" {
		_, _ = b.from.Discard(2) // both are buffered
	}
	switch _, err := b.from.ReadByte(); {
	case err == nil:
		return refuse(cutShort, "The body must end after its last chunk.")
	case !errors.Is(err, io.EOF):
		return b.broken(err)
	}
	return io.EOF
}

// readLine reads a line without its end. It refuses one that does not fit the buffer of 4 KiB.
func (b *Chunks) readLine() (string, error) {
	line, err := b.from.ReadSlice('\n')
	if err != nil {
		return "", b.broken(err)
	}
	return strings.TrimSuffix(string(line[:len(line)-1]), "\r"), nil
}

// broken is for a body that cannot be read on: err is for the operator.
func (b *Chunks) broken(err error) error {
	e := refuse(cutShort, "The request body terminated unexpectedly")
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	e.cause = fmt.Errorf("read chunk: %w", err)
	return e
}
