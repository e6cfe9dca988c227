package node

import "net/http"

// MetadataAddress is where programs of a machine ask for its metadata, from the
// EC2 User Guide, page "Access instance metadata for an EC2 instance".
const MetadataAddress = "169.254.169.254"

// Metadata answers one request that a script sends to http://169.254.169.254.
// path has the query, if there is one. A status of 0 means that no answer ever
// comes, as when the token's hop limit is too small; the program then waits for
// as long as it wants to. The function is called while the script runs, from
// another goroutine than that of the services: it must work on a copy made
// before, and touch nothing of the world.
type Metadata func(method, path string, header http.Header) (status int, answer http.Header, body []byte)
