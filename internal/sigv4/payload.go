package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// unsignedPayload stands where the payload's hash would be if the body is not signed.
const unsignedPayload = "UNSIGNED-PAYLOAD"

// streamingPrefix begins the names of payloads that are signed, or not, piece by piece.
const streamingPrefix = "STREAMING-"

// A payload is what is signed of a body.
type payload struct {
	signed  string // as in the canonical request
	claimed bool   // signed is what the sender says: the body must be checked against it
}

// payloadOf returns what c signs of body. A hash that the sender claims is taken at its word here, so that a wrong
// signature is refused without hashing the body; check then holds the body against it.
func (v *Verifier) payloadOf(c *claim, body []byte) (payload, error) {
	switch {
	case c.payload == "" && c.presigned && c.service == s3Service && v.opts.UnsignedPayload: // S3 presigns no body
		return payload{signed: unsignedPayload}, nil
	case c.payload == "":
		return payload{signed: hashOf(body)}, nil
	case c.payload == unsignedPayload && v.opts.UnsignedPayload:
		return payload{signed: unsignedPayload}, nil
	case c.payload == unsignedPayload || strings.HasPrefix(c.payload, streamingPrefix):
		return payload{}, refuse(mismatched, "x-amz-content-sha256 must be the SHA-256 of the body; '%s' is not accepted.", c.payload)
	}
	return payload{signed: c.payload, claimed: true}, nil
}

// check checks that body is what was signed.
func (p payload) check(body []byte) error {
	if p.claimed && p.signed != hashOf(body) {
		return refuse(wrongPayload, mismatchText)
	}
	return nil
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
