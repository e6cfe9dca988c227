package ec2

import "github.com/musterhq/muster/mock/wire"

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

// cutPage returns the items of the page asked for and the token of the next one.
func cutPage[T any](p page, items []T, key func(T) int64) ([]T, *string, error) {
	size, err := p.size(len(items))
	if err != nil {
		return nil, nil, err
	}
	items, next, ok := wire.Page(p.op, items, size, p.token, key)
	if !ok {
		return nil, nil, badToken(p.token)
	}
	return items, next, nil
}

// badToken refuses a token that is not one of the operation's. assumed: the text; the code
// is in EC2's list of error codes.
func badToken(token *string) error {
	return wire.Errorf("InvalidNextToken", "The token '%s' is invalid.", deref(token))
}
