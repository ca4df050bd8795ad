// Package program checks what no single package shows: that a tag has one call site, a key one type and
// a meaning one name in a whole program. It leaves to package analyzers what one package shows.
package program
