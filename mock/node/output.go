package node

import (
	"slices"
	"time"
)

// recorder keeps what a script prints, with the time and the job that did.
type recorder struct {
	records []record
	bytes   int
}

type record struct {
	at   time.Duration
	kind Stream
	job  int // 0: the script itself
	data []byte
}

// put records a copy of data, joined to the record before if it belongs to it.
func (r *recorder) put(kind Stream, at time.Duration, job int, data []byte) {
	if len(data) == 0 {
		return
	}
	r.bytes += len(data)
	if n := len(r.records); n > 0 {
		if last := &r.records[n-1]; last.kind == kind && last.at == at && last.job == job {
			last.data = append(last.data, data...)
			return
		}
	}
	r.records = append(r.records, record{at, kind, job, slices.Clone(data)})
}

// chunks returns what was printed until the end, in order of time. What a job
// would have printed after it was killed never was.
func (r *recorder) chunks(jobs *jobs, end time.Duration) []Chunk {
	var chunks []Chunk
	for _, rec := range r.records {
		if rec.at <= end && rec.at <= jobs.killedAt(rec.job) {
			chunks = append(chunks, Chunk{rec.at, rec.kind, string(rec.data)})
		}
	}
	slices.SortStableFunc(chunks, func(a, b Chunk) int { return int(a.At - b.At) })
	return chunks
}

// stream is one of a script's outputs as its shells and commands write to it.
type stream struct {
	p    *process
	kind Stream
}

// Write records data until the output limit.
func (s *stream) Write(data []byte) (int, error) {
	p := s.p
	if p.ended != nil {
		return 0, errBrokePipe
	}
	if room := p.limits.Output - p.output.bytes; len(data) > room {
		p.output.put(s.kind, p.now, p.jobs.current(), data[:max(0, room)])
		p.stop(ErrOutput)
		return max(0, room), errBrokePipe
	}
	p.output.put(s.kind, p.now, p.jobs.current(), data)
	return len(data), nil
}
