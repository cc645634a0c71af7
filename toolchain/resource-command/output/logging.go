package output

// Logging names the streams of a command that are passed on as status messages while it runs. The packages local and
// remote give it a type of their own, because a Pulumi enum belongs to one module.
type Logging string

// The values that the npm package's enums know.
const (
	Stdout          Logging = "stdout"
	Stderr          Logging = "stderr"
	StdoutAndStderr Logging = "stdoutAndStderr"
	None            Logging = "none"
)

// Mode reads an optional logging input; both streams are logged unless it says otherwise.
func Mode[L ~string](logging *L) Logging {
	if logging == nil {
		return StdoutAndStderr
	}
	return Logging(*logging)
}

func (l Logging) stdout() bool { return l == Stdout || l == StdoutAndStderr }

func (l Logging) stderr() bool { return l == Stderr || l == StdoutAndStderr }
