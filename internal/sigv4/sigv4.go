// Package sigv4 verifies AWS signatures, version 4, on requests that a server received. What the signer may do,
// where secrets are kept, and how a refusal is written in a protocol is for others to say.
//
// A request is accepted only if exactly one mechanism signs it (the Authorization header or a presigned query), if
// its host and every x-amz-* header are signed, and if the body is what was signed. Signatures cover the request
// target as received: whoever routes must read that same target, decode it once, and match it whole.
//
// Signatures carry no nonce: a request that was overheard can be sent again until its time is over. Against that
// there is TLS. Sizes of headers and targets are for the HTTP server to limit; the work here grows no faster than
// n log n with them.
package sigv4

import (
	"context"
	"crypto/hmac"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// A Credential is what belongs to an access key.
type Credential struct {
	Secret       string    // the secret access key
	SessionToken string    // what must come with a temporary key; "" for a long-term key, which must come without
	Account      string    // the account's twelve digits
	Expires      time.Time // from then on a temporary key is refused; zero means never
}

// Keys finds credentials. Its methods are safe for concurrent use.
type Keys interface {
	// Secret returns the credential of an access key that is in force. It fails with fault.NotFound if there is none,
	// or if it is inactive; any other error is handed to the caller of Verify as it is. It is asked once for each
	// request, and should take the same time whether it finds the key or not.
	Secret(ctx context.Context, accessKeyID string) (Credential, error)
}

// DefaultSkew is how far the signer's clock may be from ours: AWS's general limit. Its newer JSON services
// allow 5 minutes.
const DefaultSkew = 15 * time.Minute

// Options tune a Verifier. The zero value is right for production.
type Options struct {
	Now  func() time.Time // nil means time.Now
	Skew time.Duration    // how far the signer's clock may be from ours, either way; 0 means DefaultSkew

	// Service tells which service a request is for, by its signing name ("logs", "monitoring"), "" if that is not
	// known. A request signed for another service is refused. Nil means that every service is right.
	Service func(*http.Request) string

	Regions []string       // where we are; empty means that every well-formed region is right
	Proxies []netip.Prefix // whose X-Forwarded-Host is believed; empty means nobody's

	UnsignedPayload bool // accept UNSIGNED-PAYLOAD, so that anybody on the way may change the body; false refuses
	Chunked         bool // let VerifyChunked accept bodies signed chunk by chunk; false refuses
	Explain         bool // tell the sender of a wrong signature which strings should have been signed; false does not
}

// A Request is what a signature says of a request.
type Request struct {
	AccessKeyID string
	Account     string    // the key's account; "" as long as nothing is verified
	Region      string    // of the credential's scope
	Service     string    // of the credential's scope: the signing name
	SignedAt    time.Time // in UTC, whole seconds
	Presigned   bool      // the signature is in the query
}

// A Verifier checks signatures. It is safe for concurrent use.
type Verifier struct {
	keys    Keys
	opts    Options
	signing *keyCache
}

// New returns a Verifier that asks keys for secrets.
func New(keys Keys, o Options) *Verifier {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Skew == 0 {
		o.Skew = DefaultSkew
	}
	return &Verifier{keys: keys, opts: o, signing: newKeyCache(maxSigningKeys)}
}

// Forget drops what was derived from an access key's secret. To be called when the key is disabled, rotated or
// deleted; a request in flight may still succeed.
func (v *Verifier) Forget(accessKeyID string) { v.signing.forget(accessKeyID) }

// Scope returns what r says of its signature, unverified, for routing; false if r has no signature that can be read.
// It fills all of Request but the account.
func Scope(r *http.Request) (Request, bool) {
	c, err := readClaim(r)
	if err != nil || !c.readScope() {
		return Request{}, false
	}
	c.signedAt, _ = parseDate(c.date)
	return c.request(""), true
}

// Verify checks the signature of r, whose whole body as received (before any decoding) is body; it does not read
// r.Body. It reads r.RequestURI, or r.URL if there is none. Its errors are *fault.Error: Invalid for a signature
// that is incomplete, Denied for one that is wrong, with the code and text that AWS has for them in the protocol r
// seems to speak; or what Keys returned.
func (v *Verifier) Verify(r *http.Request, body []byte) (Request, error) {
	c, err := v.readClaim(r)
	if err != nil {
		return Request{}, answer(r, err)
	}
	p, err := v.payloadOf(c, body)
	if err != nil {
		return Request{}, answer(r, err)
	}
	cred, _, err := v.authenticate(r, c, p.signed)
	if err == nil {
		err = p.check(body)
	}
	if err != nil {
		return Request{}, answer(r, err)
	}
	return c.request(cred.Account), nil
}

// readClaim reads r's signature and checks all that needs no key, in the order of AWS's older front end (observed
// on DynamoDB): presence, completeness, time, signed headers, algorithm, scope.
func (v *Verifier) readClaim(r *http.Request) (*claim, error) {
	c, err := readClaim(r)
	if err != nil {
		return nil, err
	}
	now := v.opts.Now().UTC().Truncate(time.Second)
	for _, check := range []func() error{
		c.readDate,
		func() error { return checkTime(c, now, v.opts.Skew) },
		func() error { return c.readSignedHeaders(r) },
		c.checkAlgorithm,
		func() error { return v.checkScope(c, r) },
	} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// checkScope checks the credential's scope. All that is wrong with it is told at once.
func (v *Verifier) checkScope(c *claim, r *http.Request) error {
	if !c.readScope() {
		return refuse(incomplete, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'", c.credential)
	}
	wrong := c.checkTerms()
	if !isScopeName(c.region) || !v.servesRegion(c.region) {
		wrong = append(wrong, "Credential should be scoped to a valid region, not '"+c.region+"'.")
	}
	service := ""
	if v.opts.Service != nil {
		service = v.opts.Service(r)
	}
	switch {
	case service != "" && service != c.service:
		wrong = append(wrong, "Credential should be scoped to correct service: '"+service+"'.")
	case !isScopeName(c.service):
		wrong = append(wrong, "Credential should be scoped to correct service.")
	}
	if wrong != nil {
		return refuse(mismatched, "%s", strings.Join(wrong, " "))
	}
	return nil
}

func (v *Verifier) servesRegion(region string) bool {
	if len(v.opts.Regions) == 0 {
		return true
	}
	for _, ours := range v.opts.Regions {
		if ours == region {
			return true
		}
	}
	return false
}

// decoySecret stands in for the secret of a key that nobody has.
const decoySecret = "decoydecoydecoydecoydecoydecoydecoydecoy"

// authenticate finds the key that c names and checks that it signed r with the given payload hash. It returns
// the signing key too. Whoever is refused has cost one key derivation and the same signatures, whether the key is
// known, remembered or made up; only what a good signature proves is remembered.
func (v *Verifier) authenticate(r *http.Request, c *claim, payload string) (Credential, signingKey, error) {
	cred, err := v.keys.Secret(r.Context(), c.accessKeyID)
	known := err == nil
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Credential{}, signingKey{}, err
	}
	if !known {
		cred = Credential{Secret: decoySecret}
	}
	id := keyID{c.accessKeyID, c.scopeDate, c.region, c.service}
	key, remembered := v.signing.get(id, cred.Secret)
	if !remembered {
		key = deriveKey(cred.Secret, id)
	}
	wrong := v.checkSignature(r, c, key, payload)
	if known && wrong == nil {
		if !remembered {
			v.signing.put(id, cred.Secret, key)
		}
		return cred, key, v.checkToken(c, cred)
	}
	if remembered {
		deriveKey(cred.Secret, id)
	}
	if !known {
		wrong = refuse(unknownKey, "The security token included in the request is invalid.")
	}
	return Credential{}, signingKey{}, wrong
}

// checkSignature compares c's signature with those that key makes of each reading of r.
func (v *Verifier) checkSignature(r *http.Request, c *claim, key signingKey, payload string) error {
	var first []byte
	for _, host := range v.hosts(r) {
		for _, path := range c.paths() {
			text, err := c.appendCanonical(nil, r, host, path, payload)
			if err != nil {
				return err
			}
			if key.signed(c.stringToSign(text), c.signature) {
				return nil
			}
			if first == nil {
				first = text
			}
		}
	}
	e := refuse(mismatched, mismatchText)
	if v.opts.Explain {
		e.message += "\n\nThe Canonical String for this request should have been\n'" + string(first) +
			"'\n\nThe String-to-Sign should have been\n'" + string(c.stringToSign(first)) + "'\n"
	}
	return e
}

// checkToken checks the session token, once the signature is known to be good: before, its answer would tell
// a stranger about keys.
func (v *Verifier) checkToken(c *claim, cred Credential) error {
	if !hmac.Equal([]byte(c.token), []byte(cred.SessionToken)) || isTemporary(c.accessKeyID) && c.token == "" {
		return refuse(wrongToken, "The security token included in the request is invalid.")
	}
	if !cred.Expires.IsZero() && !v.opts.Now().Before(cred.Expires) {
		return refuse(expiredToken, "The security token included in the request is expired")
	}
	return nil
}

// isTemporary tells whether an access key is of the kind that only works with a session token (IAM's identifiers).
func isTemporary(accessKeyID string) bool { return strings.HasPrefix(accessKeyID, "ASIA") }
