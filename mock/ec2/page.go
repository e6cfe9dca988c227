package ec2

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/musterhq/muster/mock/wire"
)

// page is what a paged call asked for, and the limits of its operation.
type page struct {
	op          string
	max         *int32
	token       *string
	ids         int    // how many ids were named; with them MaxResults is refused
	idsName     string // what the refusal calls them
	least, most int32
}

// size checks MaxResults and returns how many items go on a page; all when not given.
func (p page) size(total int) (int, error) {
	if p.max == nil {
		return total, nil
	}
	switch {
	case p.ids > 0: // text: github.com/yuuki/grabeni pull 7
		return 0, wire.Errorf("InvalidParameterCombination", "The parameter %s cannot be used with the parameter maxResults", p.idsName)
	case *p.max < p.least: // text: github.com/aws/aws-sdk-ruby pull 2575
		return 0, wire.Errorf("InvalidParameterValue", "Value ( %d ) for parameter maxResults is invalid. Expecting a value greater than %d.", *p.max, p.least)
	case *p.max > p.most: // assumed: the counterpart of the text above
		return 0, wire.Errorf("InvalidParameterValue", "Value ( %d ) for parameter maxResults is invalid. Expecting a value less than %d.", *p.max, p.most)
	}
	return int(*p.max), nil
}

// cutPage returns the items of the page asked for and the token of the next one, nil at
// the end. key gives an item its place: keys grow along items and never change, so a
// token stays good while items come and go.
func cutPage[T any](p page, items []T, key func(T) int64) ([]T, *string, error) {
	size, err := p.size(len(items))
	if err != nil {
		return nil, nil, err
	}
	after, err := p.start()
	if err != nil {
		return nil, nil, err
	}
	from, _ := slices.BinarySearchFunc(items, after, func(item T, k int64) int {
		return cmp.Compare(key(item), k+1)
	})
	items = items[from:]
	if len(items) <= size {
		return items, nil, nil
	}
	return items[:size], p.next(key(items[size-1])), nil
}

// start is the key after which the page begins.
func (p page) start() (int64, error) {
	if p.token == nil || *p.token == "" {
		return -1, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(*p.token)
	after, ok := strings.CutPrefix(string(raw), p.op+":")
	key, numErr := strconv.ParseInt(after, 10, 64)
	if err != nil || !ok || numErr != nil {
		// assumed: the text; the code is in EC2's list of error codes.
		return 0, wire.Errorf("InvalidNextToken", "The token '%s' is invalid.", *p.token)
	}
	return key, nil
}

func (p page) next(key int64) *string {
	return new(base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s:%d", p.op, key)))
}
