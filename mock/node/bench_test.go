package node

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
)

// fleet makes n machines that differ by name only.
func fleet(n int) []*Machine {
	machines := make([]*Machine, n)
	for i := range machines {
		machines[i] = New(Config{
			InstanceID: fmt.Sprintf("i-%017x", i), PrivateIP: fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255),
			Region: "eu-west-1", BootTime: bootTime,
		})
	}
	return machines
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New(Config{InstanceID: "i-0123456789abcdef0", PrivateIP: "10.0.0.1", BootTime: bootTime})
	}
}

func BenchmarkRun(b *testing.B) {
	for _, c := range []struct{ name, script string }{
		{"cat", "cat /etc/os-release"},
		{"pipeline", "cat /etc/os-release | head -1 | wc -c"},
		{"loop100", "i=0; while [ $i -lt 100 ]; do i=$((i+1)); done"},
		{"sleep", "date; sleep 5; date"},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := newMachine()
			b.ReportAllocs()
			for b.Loop() {
				m.Run(b.Context(), Script{Text: c.script, Start: startTime})
			}
		})
	}
}

// BenchmarkFleet runs one script on 10,000 machines, two at a time.
func BenchmarkFleet(b *testing.B) {
	machines := fleet(10_000)
	b.ReportAllocs()
	for b.Loop() {
		var wg sync.WaitGroup
		for half := range 2 {
			wg.Go(func() {
				for i := half; i < len(machines); i += 2 {
					machines[i].Run(b.Context(), Script{Text: "cat /etc/os-release", Start: startTime})
				}
			})
		}
		wg.Wait()
	}
}

func TestIdleMachinesAreSmall(t *testing.T) {
	const n, most = 10_000, 1024 // bytes each
	AmazonLinux2023().image()
	used := func() uint64 {
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	before := used()
	machines := fleet(n)
	if each := (used() - before) / n; each > most {
		t.Errorf("an untouched machine takes %d bytes, want at most %d", each, most)
	}
	for _, m := range machines {
		m.Run(t.Context(), Script{Text: "cat /etc/os-release > /dev/null; x=1", Start: startTime})
	}
	if each := (used() - before) / n; each > most {
		t.Errorf("a machine that has run a script takes %d bytes, want at most %d", each, most)
	}
	runtime.KeepAlive(machines)
}

func TestRunningAScriptAllocatesLittle(t *testing.T) {
	m := newMachine()
	const most = 400
	if n := testing.AllocsPerRun(20, func() {
		m.Run(t.Context(), Script{Text: "cat /etc/os-release", Start: startTime})
	}); n > most {
		t.Errorf("a script makes %.0f allocations, want at most %d", n, most)
	}
}
