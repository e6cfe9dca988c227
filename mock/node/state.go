package node

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"time"
	"unicode/utf8"
)

// state is a machine as JSON: what differs from the shared image, so that a
// fleet of untouched machines stays small in a file.
type state struct {
	Config   Config                   `json:"config"`
	Boot     time.Time                `json:"boot,omitzero"`
	Off      bool                     `json:"off,omitempty"`
	LastPID  int                      `json:"lastPid"`
	Files    map[string]*fileState    `json:"files,omitempty"` // null: removed
	Services map[string]*serviceState `json:"services,omitempty"`
	Packages map[string]packageState  `json:"packages,omitempty"`
	History  []transaction            `json:"history,omitempty"`
	Cloud    *cloudInit               `json:"cloud,omitempty"`
}

// fileState is one changed file. Content that is text is kept as text.
type fileState struct {
	Mode   fs.FileMode `json:"mode"`
	UID    int         `json:"uid,omitempty"`
	GID    int         `json:"gid,omitempty"`
	Time   time.Time   `json:"time,omitzero"`
	Text   string      `json:"text,omitempty"`
	Bytes  []byte      `json:"bytes,omitempty"`
	Target string      `json:"target,omitempty"`
	// Program and Device keep what a touched program or device still is.
	Program string `json:"program,omitempty"`
	Device  string `json:"device,omitempty"`
}

// MarshalJSON encodes the machine. It implements [json.Marshaler].
func (m *Machine) MarshalJSON() ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := state{Config: m.cfg, Boot: m.boot, Off: !m.on, LastPID: m.lastPID, Services: m.copyServices(), Packages: m.copyPackages(), History: m.history, Cloud: m.cloud}
	if len(m.files.over) > 0 {
		s.Files = make(map[string]*fileState, len(m.files.over))
	}
	for path, f := range m.files.over {
		s.Files[path] = newFileState(f)
	}
	return json.Marshal(s)
}

func newFileState(f *file) *fileState {
	if f == nil {
		return nil
	}
	s := &fileState{Mode: f.mode, UID: f.uid, GID: f.gid, Time: f.mtime, Target: f.target, Device: f.device}
	if f.program != nil {
		s.Program = f.program.name
	}
	if utf8.Valid(f.data) {
		s.Text = string(f.data)
	} else {
		s.Bytes = f.data
	}
	return s
}

// UnmarshalJSON restores a machine that MarshalJSON encoded. It implements
// [json.Unmarshaler]. The machine must not be in use.
func (m *Machine) UnmarshalJSON(data []byte) error {
	var s state
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("decode machine: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cfg, m.boot, m.on, m.lastPID = s.Config.withDefaults(), s.Boot, !s.Off, s.LastPID
	m.files, m.services = newFiles(m.cfg.Platform), s.Services
	m.packages, m.history, m.cloud = s.Packages, s.History, s.Cloud
	m.dropUnknownPackages()
	maps.DeleteFunc(m.services, func(name string, s *serviceState) bool { _, ok := findUnit(name); return !ok || s == nil })
	for path, f := range s.Files {
		if f == nil {
			m.files.remove(path)
			continue
		}
		m.files.put(path, f.file())
	}
	return nil
}

func (s *fileState) file() *file {
	data := s.Bytes
	if s.Text != "" {
		data = []byte(s.Text)
	}
	f := &file{mode: s.Mode, uid: s.UID, gid: s.GID, mtime: s.Time, data: data, target: s.Target, device: s.Device}
	if run := programs[s.Program]; run != nil {
		f.program = &namedProgram{s.Program, run}
	}
	return f
}
