// Package bench holds what bounds and what times muster as a whole program. limits_test.go
// bounds calls and memory for 10,000 nodes and gates CI. coldstart and servers print times, as
// ratios beside other programs, for `make bench`; nothing asserts a time.
package bench
