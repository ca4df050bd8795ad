package main

const usage = `eventlint checks that the events of a Go program are named and written well: tags in the past tense and
at one place each, keys with one name and one type, no secrets, a context wherever there is one.

Usage:
  eventlint [flags] [packages]           report what is wrong; without packages: ./...
  eventlint catalog [flags] [packages]   print every tag with its fields, types and places
  eventlint help [check]                 list the checks, or explain one
  go vet -vettool=$(which eventlint) [-tagpast=false] [packages]

Flags:
  --config FILE  the team's dictionary; else the nearest .eventlint.json, from here upwards
  --fix          correct what can be corrected safely, and report the rest
  --json         print JSON: a list of findings, or the catalogue
  --only LIST    run these checks alone: --only tagunique,keytype
  --tags LIST    build tags, as for go build

A finding is not wanted? Say why, on its line or the line above:
  //eventlint:ignore the partner's API calls it so

Exit codes: 0 nothing found, 1 something went wrong, 2 wrong flags, 3 something was found.

eventlint sees all packages of a repository together, so it finds a tag that two programs share; go vet
and golangci-lint see one package and its imports at a time.
`
