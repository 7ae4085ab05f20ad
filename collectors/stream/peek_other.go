//go:build !unix

package stream

import "net"

// hasSent cannot tell here whether bytes of a connection wait to be read.
func hasSent(net.Conn) bool { return false }
