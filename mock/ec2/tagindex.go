package ec2

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// tagIndex finds instances by a tag's key and value, in order of launch, so that a page
// of a tag costs the same in a small region and in a large one. It follows from the tags
// and is not kept in state files; region's setTags, removeTags and dropTags keep it true.
type tagIndex map[string]map[string]*ordered[*instance]

func (x tagIndex) add(i *instance, key, value string) {
	if x[key] == nil {
		x[key] = map[string]*ordered[*instance]{}
	}
	if x[key][value] == nil {
		x[key][value] = &ordered[*instance]{}
	}
	x[key][value].add(i.Seq, i)
}

func (x tagIndex) remove(i *instance, key, value string) {
	list := x[key][value]
	if list == nil {
		return
	}
	if list.remove(i.Seq); list.len() > 0 {
		return
	}
	if delete(x[key], value); len(x[key]) == 0 {
		delete(x, key)
	}
}

// lookup returns the instances that a filter's literal values of a tag find, or false for
// a filter that the index cannot answer.
func (x tagIndex) lookup(f types.Filter) ([]*ordered[*instance], bool) {
	key, ok := strings.CutPrefix(deref(f.Name), "tag:")
	if !ok || slices.ContainsFunc(f.Values, isPattern) {
		return nil, false
	}
	var lists []*ordered[*instance]
	for _, value := range slices.Compact(slices.Sorted(slices.Values(f.Values))) {
		if list := x[key][value]; list != nil {
			lists = append(lists, list)
		}
	}
	return lists, true
}

// narrow returns what yields the candidates of the most selective filter that the index
// can answer, or nil if there is none.
func (x tagIndex) narrow(filters []types.Filter) func(after int64) iter.Seq[*instance] {
	var best []*ordered[*instance]
	fewest := -1
	for _, f := range filters {
		lists, ok := x.lookup(f)
		if !ok {
			continue
		}
		count := 0
		for _, l := range lists {
			count += l.len()
		}
		if fewest < 0 || count < fewest {
			best, fewest = lists, count
		}
	}
	if fewest < 0 {
		return nil
	}
	return func(after int64) iter.Seq[*instance] { return merged(best, after) }
}

// merged yields the items of several lists beyond a place, in order. No item is in two.
func merged[T any](lists []*ordered[T], after int64) iter.Seq[T] {
	return func(yield func(T) bool) {
		rest := make([][]slot[T], len(lists))
		for n, l := range lists {
			from, _ := l.search(after + 1)
			rest[n] = l.slots[from:]
		}
		for {
			least := -1
			for n := range rest {
				for len(rest[n]) > 0 && !rest[n][0].live {
					rest[n] = rest[n][1:]
				}
				if len(rest[n]) > 0 && (least < 0 || rest[n][0].place < rest[least][0].place) {
					least = n
				}
			}
			if least < 0 || !yield(rest[least][0].item) {
				return
			}
			rest[least] = rest[least][1:]
		}
	}
}

// setTags adds tags to a resource, later ones winning.
func (r *region) setTags(id string, tags map[string]string) {
	if len(tags) == 0 {
		return
	}
	if r.Tags[id] == nil {
		r.Tags[id] = make(map[string]string, len(tags))
	}
	if i := r.Instances.get(id); i != nil {
		for k, v := range tags {
			if old, ok := r.Tags[id][k]; ok {
				r.byTag.remove(i, k, old)
			}
			r.byTag.add(i, k, v)
		}
	}
	maps.Copy(r.Tags[id], tags)
}

// removeTags takes those tags off a resource that doomed names.
func (r *region) removeTags(id string, doomed func(key, value string) bool) {
	i := r.Instances.get(id)
	maps.DeleteFunc(r.Tags[id], func(k, v string) bool {
		gone := doomed(k, v)
		if gone && i != nil {
			r.byTag.remove(i, k, v)
		}
		return gone
	})
}

// dropTags forgets all tags of a resource that is no more.
func (r *region) dropTags(id string) {
	r.removeTags(id, func(_, _ string) bool { return true })
	delete(r.Tags, id)
}
