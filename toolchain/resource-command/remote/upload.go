package remote

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pkg/sftp"
	"github.com/pulumi/pulumi-go-provider/infer/types"
)

// upload writes files to another machine. Where things end up:
//
//	source  | remote path is a folder | is a file     | does not exist
//	file    | inside it               | overwritten   | becomes the file
//	text    | error                   | overwritten   | becomes the file
//	folder  | inside it               | error         | made, and the folder inside it
//	folder/ | its content inside it   | error         | made, and the content inside it
//
// Missing parents are made. Modes and owners are not copied.
type upload struct {
	*sftp.Client
}

func (u upload) source(source types.AssetOrArchive, to string) error {
	if source.Asset != nil && source.Asset.IsText() {
		return u.text(source.Asset.Text, to)
	}
	var from string
	if source.Asset != nil {
		from = source.Asset.Path
	} else {
		from = source.Archive.Path
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return u.file(from, to)
	}
	if !strings.HasSuffix(from, "/") {
		// A file in the place of the folder is refused, not only one in the place of the folder inside it.
		if err := u.folder(to); err != nil {
			return err
		}
		to = path.Join(to, filepath.Base(from))
	}
	return u.tree(from, to)
}

func (u upload) text(text, to string) error {
	isFolder, err := u.isFolder(to)
	if err != nil {
		return err
	}
	if isFolder {
		return errors.New("it is a folder, and a StringAsset has no name of its own: add a file name to remotePath")
	}
	if err := u.folder(path.Dir(to)); err != nil {
		return err
	}
	return u.write(strings.NewReader(text), to)
}

func (u upload) file(from, to string) error {
	isFolder, err := u.isFolder(to)
	if err != nil {
		return err
	}
	if isFolder {
		to = path.Join(to, filepath.Base(from))
	} else if err := u.folder(path.Dir(to)); err != nil {
		return err
	}
	return u.content(from, to)
}

func (u upload) tree(from, to string) error {
	return fs.WalkDir(os.DirFS(from), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return u.folder(path.Join(to, name))
		}
		return u.content(filepath.Join(from, name), path.Join(to, name))
	})
}

// folder makes a folder and its parents, if they are missing.
func (u upload) folder(at string) error {
	if err := u.MkdirAll(at); err != nil {
		return fmt.Errorf("the folder %s cannot be made: %w", at, err)
	}
	return nil
}

func (u upload) content(from, to string) error {
	// Opening a pipe would wait for a writer.
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is neither a regular file nor a folder (links to folders are not followed)", from)
	}
	file, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return u.write(file, to)
}

func (u upload) write(content io.Reader, to string) error {
	file, err := u.Create(to)
	if err != nil {
		return fmt.Errorf("the file %s cannot be made: %w", to, err)
	}
	_, err = file.ReadFrom(content)
	// A full disk may show only now.
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("the file %s cannot be written: %w", to, err)
	}
	return nil
}

func (u upload) isFolder(at string) (bool, error) {
	info, err := u.Stat(at)
	switch {
	case err == nil:
		return info.IsDir(), nil
	case errors.Is(err, os.ErrNotExist):
		return false, nil
	}
	return false, fmt.Errorf("%s cannot be looked at: %w", at, err)
}
