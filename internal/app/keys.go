package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/config"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/sigv4"
)

// A keyring holds the access keys and bearer tokens of a file.
type keyring struct {
	keys   map[string]sigv4.Credential
	tokens []bearer
}

type bearer struct {
	digest [sha256.Size]byte
	caller caller.Caller
}

// newKeyring returns the keys of file for a server of this account and region.
func newKeyring(file config.Keys, account, region string) *keyring {
	k := &keyring{keys: map[string]sigv4.Credential{}}
	for _, key := range file.AccessKeys {
		owner := key.Account
		if owner == "" {
			owner = accountOf(key.ID, account)
		}
		k.keys[key.ID] = sigv4.Credential{Secret: key.Secret, SessionToken: key.SessionToken, Account: owner}
	}
	for _, t := range file.Tokens {
		b := bearer{digest: sha256.Sum256([]byte(t.Token)), caller: caller.Caller{Account: t.Account, Region: t.Region}}
		if b.caller.Account == "" {
			b.caller.Account = account
		}
		if b.caller.Region == "" {
			b.caller.Region = region
		}
		k.tokens = append(k.tokens, b)
	}
	return k
}

// accountOf returns the account that an access key names by being its number, else the default.
func accountOf(accessKeyID, otherwise string) string {
	if len(accessKeyID) != len(otherwise) {
		return otherwise
	}
	for _, c := range []byte(accessKeyID) {
		if c < '0' || c > '9' {
			return otherwise
		}
	}
	return accessKeyID
}

// Secret implements sigv4.Keys.
func (k *keyring) Secret(_ context.Context, accessKeyID string) (sigv4.Credential, error) {
	c, ok := k.keys[accessKeyID]
	if !ok {
		return sigv4.Credential{}, fault.New(fault.NotFound, "", "no such access key")
	}
	return c, nil
}

// bearer returns whom a token belongs to. It takes the same time for every token.
func (k *keyring) bearer(token string) (caller.Caller, bool) {
	digest := sha256.Sum256([]byte(token))
	var found caller.Caller
	ok := false
	for i := range k.tokens {
		if subtle.ConstantTimeCompare(digest[:], k.tokens[i].digest[:]) == 1 {
			found, ok = k.tokens[i].caller, true
		}
	}
	return found, ok
}
