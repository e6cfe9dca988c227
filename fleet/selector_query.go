package fleet

import (
	"cmp"
	"slices"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const (
	// maxFilterValues is how many filter values one DescribeInstances takes
	// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html).
	maxFilterValues = 200
	// maxQueries is how many different questions an OR of several keys may become. Above that it is likelier fewer calls to
	// read the whole fleet, 1,000 instances a call, and decide here.
	maxQueries = 4
)

// filter is a condition of EC2: one of the values under a name, each of which may have wildcards.
type filter struct {
	name   string
	values []string
}

// query is what one question to EC2 asks: all filters must hold, each name once. EC2 does not say what two filters of one
// name mean. No filters: everything.
type query []filter

// cover is a list of queries that together let through all that an expression means, and maybe more. No queries: nothing.
type cover []query

// Queries returns the filters for EC2 DescribeInstances: one list for each question that is needed, a single empty one for all,
// and none for the zero Selector. They narrow the answers as far as EC2 can; what they let through has to pass
// [Selector.Match], and may come in several answers.
func (s Selector) Queries() [][]ec2types.Filter {
	if s.root == nil {
		return nil
	}
	var queries [][]ec2types.Filter
	for _, q := range s.root.cover(s.facts) {
		for _, part := range q.fit() {
			queries = append(queries, part.filters())
		}
	}
	return queries
}

func (everything) cover(Facts) cover { return cover{query{}} }

func (c condition) cover(f Facts) cover {
	name, values := c.filter(f)
	if name == "" {
		return everything{}.cover(f)
	}
	return cover{query{{name, values}}}
}

func (c conjunction) cover(f Facts) cover {
	all := everything{}.cover(f)
	for _, part := range c {
		all = all.and(part.cover(f))
	}
	return all
}

func (d disjunction) cover(f Facts) cover {
	var all cover
	for _, part := range d {
		all = all.or(part.cover(f))
	}
	if len(all) > maxQueries || slices.ContainsFunc(all, func(q query) bool { return len(q) == 0 }) {
		return everything{}.cover(f)
	}
	return all
}

func (n negation) cover(f Facts) cover { return normal(n.of, true).cover(f) }

// and joins each query of one with each of the other. Where that would be too many, the shorter list alone covers both.
func (c cover) and(d cover) cover {
	if len(c)*len(d) > maxQueries {
		return slices.MinFunc([]cover{c, d}, func(a, b cover) int { return cmp.Compare(len(a), len(b)) })
	}
	var both cover
	for _, a := range c {
		for _, b := range d {
			both = both.or(cover{a.and(b)})
		}
	}
	return both
}

// or puts the lists together. Queries with the same names become one, which may let through more: two calls become one.
func (c cover) or(d cover) cover {
	all := slices.Clone(c)
	for _, q := range d {
		same := slices.IndexFunc(all, func(other query) bool { return slices.Equal(other.names(), q.names()) })
		if same < 0 {
			all = append(all, q)
			continue
		}
		all[same] = all[same].or(q)
	}
	return all
}

// names returns the names of the filters, sorted.
func (q query) names() []string {
	names := make([]string, len(q))
	for i, f := range q {
		names[i] = f.name
	}
	slices.Sort(names)
	return names
}

func (q query) index(name string) int {
	return slices.IndexFunc(q, func(f filter) bool { return f.name == name })
}

// and joins the filters of two queries. Of two of one name it keeps that with fewer values.
func (q query) and(r query) query {
	both := slices.Clone(q)
	for _, f := range r {
		switch i := both.index(f.name); {
		case i < 0:
			both = append(both, f)
		case len(f.values) < len(both[i].values):
			both[i] = f
		}
	}
	return both
}

// or adds the values of a query that has the same names.
func (q query) or(r query) query {
	either := slices.Clone(q)
	for i, f := range either {
		values := append(slices.Clone(f.values), r[r.index(f.name)].values...)
		slices.Sort(values)
		either[i].values = slices.Compact(values)
	}
	return either
}

// fit divides a query so that no part has more values than EC2 takes: by the values of its longest filter. Filters that leave
// it too little room are dropped.
func (q query) fit() []query {
	if len(q) == 0 {
		return []query{q}
	}
	longest := slices.MaxFunc(q, func(a, b filter) int { return cmp.Compare(len(a.values), len(b.values)) })
	kept := query{longest}
	room := maxFilterValues
	for _, f := range q {
		if f.name != longest.name && room-len(f.values) >= min(len(longest.values), maxFilterValues/2) {
			kept = append(kept, f)
			room -= len(f.values)
		}
	}
	var parts []query
	for values := range slices.Chunk(longest.values, room) {
		part := slices.Clone(kept)
		part[0].values = values
		parts = append(parts, part)
	}
	return parts
}

func (q query) filters() []ec2types.Filter {
	filters := make([]ec2types.Filter, len(q))
	for i, f := range q {
		filters[i] = ec2types.Filter{Name: new(f.name), Values: f.values}
	}
	return filters
}
