package node

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// psCommands are the commands that are simulated, by their names in lower case.
var psCommands = map[string]func(*psRun, psArguments) ([]psValue, error){
	"echo":             psWriteOutput,
	"write-output":     psWriteOutput,
	"write-host":       psWriteHost,
	"write-error":      psWriteError,
	"write-verbose":    func(*psRun, psArguments) ([]psValue, error) { return nil, nil }, // not shown unless it is asked for
	"exit":             psExit,
	"throw":            psThrow,
	"hostname":         func(r *psRun, _ psArguments) ([]psValue, error) { return one(r.m.cfg.ComputerName()), nil },
	"hostname.exe":     func(r *psRun, _ psArguments) ([]psValue, error) { return one(r.m.cfg.ComputerName()), nil },
	"whoami":           func(*psRun, psArguments) ([]psValue, error) { return one(`nt authority\system`), nil },
	"whoami.exe":       func(*psRun, psArguments) ([]psValue, error) { return one(`nt authority\system`), nil },
	"get-date":         psGetDate,
	"get-service":      psGetService,
	"get-computerinfo": psGetComputerInfo,
	"start-sleep":      psStartSleep,
	"sleep":            psStartSleep,
	"restart-computer": func(r *psRun, _ psArguments) ([]psValue, error) { return r.down(true) },
	"stop-computer":    func(r *psRun, _ psArguments) ([]psValue, error) { return r.down(false) },
	"test-path":        psTestPath,
	"get-content":      psGetContent,
	"set-content":      psSetContent,
	"remove-item":      psRemoveItem,
}

func one(text string) []psValue { return []psValue{psText(text)} }

func psWriteOutput(_ *psRun, a psArguments) ([]psValue, error) {
	if v, ok := a.named["inputobject"]; ok {
		return one(v), nil
	}
	return a.values, nil
}

// psWriteHost prints at once, on the one line. The agent runs scripts without a console,
// where the host's output goes to standard output, too.
func psWriteHost(r *psRun, a psArguments) ([]psValue, error) {
	var texts []string
	for _, v := range a.values {
		texts = append(texts, v.text())
	}
	if v, ok := a.named["object"]; ok {
		texts = append(texts, v)
	}
	end := "\n"
	if _, ok := a.named["nonewline"]; ok {
		end = ""
	}
	r.print(Stdout, strings.Join(texts, " ")+end)
	return nil, nil
}

func psExit(_ *psRun, a psArguments) ([]psValue, error) {
	code, err := strconv.Atoi(a.first("code"))
	if len(a.values) > 0 && err != nil {
		return nil, notSimulated("exit %s", a.values[0].text())
	}
	return nil, &psEnd{code: code}
}

func psThrow(r *psRun, a psArguments) ([]psValue, error) {
	message := a.first("message")
	return nil, &psEnd{1, message + "\n" + r.where() + "    + CategoryInfo          : OperationStopped: (" + message +
		":String) [], RuntimeException\n    + FullyQualifiedErrorId : " + message + "\n "}
}

func psWriteError(r *psRun, a psArguments) ([]psValue, error) {
	message := a.first("message")
	return nil, r.fault(r.scriptPath()+" : "+message, "NotSpecified: (:) [Write-Error], WriteErrorException",
		"Microsoft.PowerShell.Commands.WriteErrorException,_script.ps1")
}

// fault prints an error that does not end a script, unless $ErrorActionPreference says
// that it does.
func (r *psRun) fault(message, category, id string) error {
	text := message + "\n" + r.where() + "    + CategoryInfo          : " + category + "\n    + FullyQualifiedErrorId : " + id + "\n "
	if strings.EqualFold(r.vars["erroractionpreference"].text(), "stop") {
		return &psEnd{1, text}
	}
	r.print(Stderr, text+"\n")
	return nil
}

// where is the place of the statement that runs, as an error shows it.
func (r *psRun) where() string {
	line, _, _ := strings.Cut(r.text, "\n")
	return fmt.Sprintf("At %s:%d char:1\n+ %s\n+ %s\n", r.scriptPath(), r.line, line, strings.Repeat("~", len(line)))
}

// scriptPath is where the agent saves a script on Windows.
func (r *psRun) scriptPath() string {
	return fmt.Sprintf(`C:\ProgramData\Amazon\SSM\InstanceData\%s\document\orchestration\%s\%s\_script.ps1`,
		r.m.cfg.InstanceID, r.script.ID, strings.ReplaceAll(r.script.Step, "/", `\`))
}

// psFormats are the pieces of Get-Date -Format, longest first.
var psFormats = strings.NewReplacer("yyyy", "2006", "dddd", "Monday", "MMMM", "January", "MMM", "Jan", "MM", "01", "dd", "02", "HH", "15",
	"hh", "03", "mm", "04", "ss", "05", "fff", "000", "tt", "PM", "K", "Z07:00", "zzz", "-07:00")

func psGetDate(r *psRun, a psArguments) ([]psValue, error) {
	now := r.script.Start.Add(r.at).UTC()
	if format, ok := a.named["format"]; ok {
		return one(now.Format(psFormats.Replace(format))), nil
	}
	if len(a.values) > 0 || len(a.named) > 0 {
		return nil, notSimulated("Get-Date with other parameters than -Format")
	}
	v := psText(now.Format("01/02/2006 15:04:05"))
	v.properties = []psProperty{{"Year", strconv.Itoa(now.Year())}, {"Month", strconv.Itoa(int(now.Month()))}, {"Day", strconv.Itoa(now.Day())},
		{"Hour", strconv.Itoa(now.Hour())}, {"Minute", strconv.Itoa(now.Minute())}, {"Second", strconv.Itoa(now.Second())}, {"DayOfWeek", now.Weekday().String()}}
	v.show = func([]psProperty) string { return "\n" + now.Format("Monday, January 2, 2006 3:04:05 PM") + "\n\n\n" }
	return []psValue{v}, nil
}

func psVersionTable(p Platform) psValue {
	v := psText("System.Collections.Hashtable")
	v.properties = []psProperty{{"PSVersion", "5.1." + strings.TrimPrefix(p.Release, "10.0.")}, {"PSEdition", "Desktop"}, {"PSCompatibleVersions", "{1.0, 2.0, 3.0, 4.0...}"},
		{"BuildVersion", p.Release}, {"CLRVersion", "4.0.30319.42000"}, {"WSManStackVersion", "3.0"}, {"PSRemotingProtocolVersion", "2.3"}, {"SerializationVersion", "1.1.0.1"}}
	v.show = psPairs
	return v
}

// windowsServices are the services of an Amazon image, by their names in lower case.
// assumed: which of them run.
var windowsServices = map[string][3]string{ // name, display name, status
	"amazonssmagent": {"AmazonSSMAgent", "Amazon SSM Agent", "Running"},
	"bits":           {"BITS", "Background Intelligent Transfer Service", "Stopped"},
	"dhcp":           {"Dhcp", "DHCP Client", "Running"},
	"dnscache":       {"Dnscache", "DNS Client", "Running"},
	"eventlog":       {"EventLog", "Windows Event Log", "Running"},
	"lanmanserver":   {"LanmanServer", "Server", "Running"},
	"spooler":        {"Spooler", "Print Spooler", "Running"},
	"termservice":    {"TermService", "Remote Desktop Services", "Running"},
	"w32time":        {"W32Time", "Windows Time", "Running"},
	"winrm":          {"WinRM", "Windows Remote Management (WS-Management)", "Running"},
	"wuauserv":       {"wuauserv", "Windows Update", "Stopped"},
}

func psGetService(r *psRun, a psArguments) ([]psValue, error) {
	name := a.first("name")
	if name == "" || strings.ContainsAny(name, "*?[") {
		return nil, notSimulated("Get-Service without the name of one service")
	}
	s, ok := windowsServices[strings.ToLower(name)]
	if !ok {
		return nil, r.fault("Get-Service : Cannot find any service with service name '"+name+"'.",
			"ObjectNotFound: ("+name+":String) [Get-Service], ServiceCommandException", "NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.GetServiceCommand")
	}
	v := psText("System.ServiceProcess.ServiceController")
	v.properties = []psProperty{{"Status", s[2]}, {"Name", s[0]}, {"DisplayName", s[1]}}
	v.show = psTable(8, 18, 38)
	return []psValue{v}, nil
}

func psGetComputerInfo(r *psRun, a psArguments) ([]psValue, error) {
	c := r.m.cfg
	known := []psProperty{{"WindowsProductName", strings.TrimPrefix(c.Platform.Name, "Microsoft ")}, {"OsName", c.Platform.Name}, {"OsVersion", c.Platform.Version},
		{"OsBuildNumber", strings.TrimPrefix(c.Platform.Version, "10.0.")}, {"OsArchitecture", "64-bit"}, {"CsName", c.ComputerName()}, {"CsDNSHostName", c.ComputerName()}, {"CsDomain", "WORKGROUP"},
		{"CsNumberOfLogicalProcessors", strconv.Itoa(c.CPUs)}, {"OsLastBootUpTime", r.m.boot.UTC().Format("1/2/2006 3:04:05 PM")}, {"OsUptime", psDuration(r.script.Start.Add(r.at).Sub(r.m.boot))}}
	asked := strings.TrimSpace(a.first("property"))
	for _, p := range known {
		if strings.EqualFold(p.name, asked) {
			return []psValue{{string: "@{" + p.name + "=" + p.value + "}", set: true, properties: []psProperty{p}, show: psList}}, nil
		}
	}
	if asked == "" {
		return []psValue{{properties: known, show: func([]psProperty) string { return "" }}}, notSimulated("Get-ComputerInfo without -Property")
	}
	return nil, notSimulated("Get-ComputerInfo -Property %s", asked)
}

// psDuration is how PowerShell writes a TimeSpan.
func psDuration(d time.Duration) string {
	d = max(d, 0)
	text := fmt.Sprintf("%02d:%02d:%02d", int(d.Hours())%24, int(d.Minutes())%60, int(d.Seconds())%60)
	if days := int(d.Hours()) / 24; days > 0 {
		return fmt.Sprintf("%d.%s", days, text)
	}
	return text
}

func psStartSleep(r *psRun, a psArguments) ([]psValue, error) {
	unit, text := time.Second, a.first("seconds")
	for name, u := range map[string]time.Duration{"s": time.Second, "milliseconds": time.Millisecond, "m": time.Millisecond} {
		if v, ok := a.named[name]; ok {
			unit, text = u, v
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n > 1e7 {
		return nil, notSimulated("Start-Sleep %s", text)
	}
	r.at += time.Duration(n * float64(unit))
	return nil, nil
}

// down shuts the machine down while the script still runs.
func (r *psRun) down(reboot bool) ([]psValue, error) {
	r.shutdown = &Shutdown{After: r.at, Reboot: reboot}
	return nil, nil
}

// windowsPath is where a file of a Windows machine lies in its file system.
func windowsPath(path string) string {
	return "/" + strings.ToLower(strings.ReplaceAll(path, `\`, "/"))
}

func psTestPath(r *psRun, a psArguments) ([]psValue, error) {
	_, err := r.m.files.lookup(windowsPath(a.first("path")), true)
	return []psValue{psBool(err == nil)}, nil
}

func psGetContent(r *psRun, a psArguments) ([]psValue, error) {
	path := a.first("path")
	f, err := r.m.files.lookup(windowsPath(path), true)
	if err != nil || f.mode.IsDir() {
		return nil, r.fault("Get-Content : Cannot find path '"+path+"' because it does not exist.",
			"ObjectNotFound: ("+path+":String) [Get-Content], ItemNotFoundException", "PathNotFound,Microsoft.PowerShell.Commands.GetContentCommand")
	}
	content := string(f.content(facts{&r.m.cfg, r.m.boot, r.script.Start.Add(r.at)}))
	return one(strings.TrimSuffix(strings.ReplaceAll(content, "\r\n", "\n"), "\n")), nil
}

func psSetContent(r *psRun, a psArguments) ([]psValue, error) {
	path, rest := a.named["path"], a.values
	if path == "" && len(rest) > 0 {
		path, rest = rest[0].text(), rest[1:]
	}
	value, named := a.named["value"]
	if !named {
		value = joined(rest).text()
	}
	if path == "" || len(value) > r.limits.Output {
		return nil, notSimulated("Set-Content without a path, or of that much")
	}
	r.m.files.place(windowsPath(path), []byte(value+"\r\n"), r.script.Start.Add(r.at))
	return nil, nil
}

func psRemoveItem(r *psRun, a psArguments) ([]psValue, error) {
	path := a.first("path")
	f, err := r.m.files.lookup(windowsPath(path), true)
	switch {
	case err != nil:
		return nil, r.fault("Remove-Item : Cannot find path '"+path+"' because it does not exist.",
			"ObjectNotFound: ("+path+":String) [Remove-Item], ItemNotFoundException", "PathNotFound,Microsoft.PowerShell.Commands.RemoveItemCommand")
	case f.mode.IsDir():
		return nil, notSimulated("Remove-Item of a folder")
	}
	r.m.files.remove(windowsPath(path))
	return nil, nil
}
