// Package sdk holds the conformance suites: AWS's own clients (the SDKs for Go, JavaScript and Python, the command line, Terraform)
// work against a server of ours. The suites are its tests; nothing imports it.
package sdk
