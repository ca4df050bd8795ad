// Package crash holds the proof that the server keeps what it acknowledged: the real program loses its life, its disk and its
// disk's room under load, again and again. The proofs are its tests; nothing imports it.
package crash
