package local

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"mesos-matrix.invalid/toolchain/resource-command/lifecycle"
	"mesos-matrix.invalid/toolchain/resource-command/output"
)

// run runs a command once. On entry out holds what the run before it left; it is changed only if all goes well.
func run(ctx context.Context, command string, in ProcessInputs, out *ProcessOutputs) error {
	process, err := prepare(ctx, command, in, out)
	if err != nil {
		return err
	}
	printed := output.NewStreams(ctx, output.Mode(in.Logging))
	process.Stdout, process.Stderr = printed.Stdout, printed.Stderr
	err = runGroup(ctx, process)
	printed.Close()
	if err != nil {
		return output.Failure(ctx, err, command, printed)
	}

	result := ProcessOutputs{
		Stdout: printed.Stdout.Text(), Stderr: printed.Stderr.Text(),
		Assets: out.Assets, Archive: out.Archive,
	}
	if err := collect(process.Dir, in, &result); err != nil {
		return err
	}
	*out = result
	return nil
}

// prepare turns the inputs into a process. Nothing but the command itself is an argument of the process: everyone on
// the machine can read those.
func prepare(ctx context.Context, command string, in ProcessInputs, previous *ProcessOutputs) (*exec.Cmd, error) {
	words := []string{"/bin/sh", "-c"}
	if in.Interpreter != nil && len(*in.Interpreter) > 0 {
		words = append([]string{}, *in.Interpreter...)
	}
	words = append(words, command)
	process := exec.Command(words[0], words[1:]...)

	process.Env = os.Environ()
	if in.Environment != nil {
		for name, value := range *in.Environment {
			process.Env = append(process.Env, name+"="+value)
		}
	}
	for _, v := range lifecycle.PreviousOutput(ctx, in.AddPreviousOutputInEnv, previous.Stdout, previous.Stderr) {
		process.Env = append(process.Env, v.Name+"="+v.Value)
	}
	if in.Stdin != nil && *in.Stdin != "" {
		process.Stdin = strings.NewReader(*in.Stdin)
	}

	var err error
	process.Dir, err = directory(in.Dir)
	return process, err
}

// directory looks before the process is started: what fails then sounds as if the interpreter were missing.
func directory(dir *string) (string, error) {
	if dir == nil {
		return os.Getwd()
	}
	info, err := os.Stat(*dir)
	switch {
	case err != nil:
		return "", fmt.Errorf("dir cannot be entered: %w", err)
	case !info.IsDir():
		return "", fmt.Errorf("dir %s is not a folder", *dir)
	}
	return *dir, nil
}

// collect fills in the files that the inputs ask for.
func collect(dir string, in ProcessInputs, out *ProcessOutputs) error {
	if in.AssetPaths != nil {
		files, err := findFiles(dir, *in.AssetPaths)
		if err != nil {
			return err
		}
		assets := make(map[string]*types.AssetOrArchive, len(files))
		for name, file := range files {
			assets[name] = &types.AssetOrArchive{Asset: file}
		}
		out.Assets = &assets
	}
	if in.ArchivePaths != nil {
		files, err := findFiles(dir, *in.ArchivePaths)
		if err != nil {
			return err
		}
		if out.Archive, err = pack(files); err != nil {
			return err
		}
	}
	return nil
}

// pack makes no archive of no files: Pulumi cannot tell such an archive from an object.
func pack(files map[string]*resource.Asset) (*resource.Archive, error) {
	if len(files) == 0 {
		return nil, nil
	}
	entries := make(map[string]any, len(files))
	for name, file := range files {
		entries[name] = file
	}
	return resource.NewAssetArchive(entries)
}
