package imds

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/musterhq/muster/mock/world"
)

// The headers of version 2.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
const (
	tokenHeader = "X-Aws-Ec2-Metadata-Token"
	ttlHeader   = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
)

// tokenPath is where tokens come from.
const tokenPath = "/latest/api/token"

// request is one request of an instance.
type request struct {
	method, path string
	header       http.Header
}

// answer is what comes back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// action is the name of what is asked for, see [Actions].
func (r request) action() string {
	_, rest := splitVersion(r.path)
	switch first, _, _ := strings.Cut(rest, "/"); {
	case r.method == http.MethodPut:
		return "GetToken"
	case first == "dynamic":
		return "GetDynamicData"
	case first == "user-data":
		return "GetUserData"
	}
	return "GetMetadata"
}

// answer gives what the service answers to a request.
func (v view) answer(r request) answer {
	r.path, _, _ = strings.Cut(r.path, "?")
	r.path = "/" + strings.TrimLeft(r.path, "/")
	switch {
	case v.facts.State != "running" && v.facts.State != "pending" && v.facts.State != "stopping" && v.facts.State != "shutting-down":
		return plain(http.StatusServiceUnavailable, fmt.Sprintf("muster's mock: %s is %s: nothing on it can ask\n", v.facts.ID, v.facts.State))
	case v.facts.Metadata.Off:
		return page(http.StatusForbidden)
	case r.method == http.MethodPut:
		return v.putToken(r)
	case r.method != http.MethodGet && r.method != http.MethodHead:
		return page(http.StatusMethodNotAllowed) // assumed: the status
	}
	token := r.header.Get(tokenHeader)
	left, ok := v.checkToken(token)
	// a request with the header is meant for version 2, whatever else is allowed
	if !ok && (token != "" || !v.facts.Metadata.TokensOptional) {
		return page(http.StatusUnauthorized)
	}
	a := v.get(r.path)
	if ok {
		a.header.Set(ttlHeader, strconv.Itoa(left)) // assumed: the rest of its time
	}
	return a
}

// putToken hands out a token.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html (statuses)
func (v view) putToken(r request) answer {
	ttl, err := strconv.Atoi(r.header.Get(ttlHeader))
	switch {
	case r.header.Get("X-Forwarded-For") != "": // a proxy that should not be open
		return page(http.StatusForbidden)
	case r.path != tokenPath: // dated versions, too
		return page(http.StatusForbidden)
	case err != nil || ttl < 1 || ttl > maxTTL:
		return page(http.StatusBadRequest)
	}
	a := plain(http.StatusOK, v.newToken(ttl))
	a.header.Set(ttlHeader, strconv.Itoa(ttl))
	return a
}

// get answers a request that is allowed.
func (v view) get(path string) answer {
	version, rest := splitVersion(path)
	switch {
	case version == "":
		return plain(http.StatusOK, strings.Join(append(slices.Clone(versions), "latest"), "\n"))
	case version != "latest" && !slices.Contains(versions, version):
		return page(http.StatusNotFound)
	case unsigned[rest]:
		return plain(http.StatusNotImplemented, "muster's mock does not sign identity documents: it has no key of AWS's\n")
	}
	text, ok := lookUp(v.items(), rest)
	if !ok {
		return page(http.StatusNotFound)
	}
	a := plain(http.StatusOK, text)
	if rest == "user-data" {
		a.header.Set("Content-Type", "application/octet-stream")
	}
	return a
}

// splitVersion parts a path into its version and the rest without slashes around it.
func splitVersion(path string) (version, rest string) {
	version, rest, _ = strings.Cut(strings.Trim(path, "/"), "/")
	return version, rest
}

// versions are the builds of the metadata. All of them show the same here.
// https://docs.aws.amazon.com/snowball/latest/developer-guide/imds-code-examples.html
var versions = []string{"1.0", "2007-01-19", "2007-03-01", "2007-08-29", "2007-10-10", "2007-12-15", "2008-02-01", "2008-09-01", "2009-04-04",
	"2011-01-01", "2011-05-01", "2012-01-12", "2014-02-25", "2014-11-05", "2015-10-20", "2016-04-19", "2016-06-30", "2016-09-02", "2018-03-28",
	"2018-08-17", "2018-09-24", "2019-10-01", "2020-10-27", "2021-01-03", "2021-03-23"}

// unsigned are the paths of the identity document's signatures.
var unsigned = map[string]bool{
	"dynamic/instance-identity/pkcs7": true, "dynamic/instance-identity/signature": true,
	"dynamic/instance-identity/rsa2048": true, "dynamic/instance-identity/dsa2048": true,
}

func plain(status int, text string) answer {
	return answer{status, http.Header{"Content-Type": {"text/plain"}, "Server": {"EC2ws"}}, []byte(text)}
}

// page is an error as the service writes them: a small page of XHTML, as users have pasted it.
func page(status int) answer {
	title := fmt.Sprintf("%d - %s", status, http.StatusText(status))
	a := plain(status, `<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
	"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>`+title+`</title>
 </head>
 <body>
  <h1>`+title+`</h1>
 </body>
</html>
`)
	a.header.Set("Content-Type", "text/html")
	return a
}

// faultAnswer is what a fault answers with: the page of its status. A throttle is 429.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html#instancedata-throttling
func faultAnswer(f world.Fault) answer {
	if f.Throttle {
		return page(http.StatusTooManyRequests)
	}
	return page(cmp.Or(f.Status, http.StatusBadRequest))
}
