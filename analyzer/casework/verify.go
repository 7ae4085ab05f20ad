package casework

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// packReader is a pack to be checked: its files by name.
type packReader struct {
	names []string
	open  func(name string) (io.ReadCloser, error)
}

// Verify checks every file of a pack, a folder or a zip, against its hashes, and
// that there is no other; a zip also byte by byte. It returns the hash of its hashes and how many files
// they name.
func Verify(path string) (id string, files int, err error) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", 0, err
	}
	if info.IsDir() {
		return verifyFolder(path)
	}
	return verifyZip(path)
}

func verifyFolder(path string) (id string, files int, err error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	p := packReader{open: func(name string) (io.ReadCloser, error) { return root.Open(filepath.FromSlash(name)) }}
	err = fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			return nil
		case !e.Type().IsRegular():
			return fmt.Errorf("%q is no regular file", name)
		}
		p.names = append(p.names, name)
		return nil
	})
	if err != nil {
		return "", 0, err
	}
	return p.verify()
}

func verifyZip(path string) (id string, files int, err error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return "", 0, err
	}
	byName := map[string]*zip.File{}
	p := packReader{open: func(name string) (io.ReadCloser, error) { return byName[name].Open() }}
	for _, x := range z.File {
		switch {
		case !safeName(x.Name):
			return "", 0, fmt.Errorf("%q leads out of the pack", x.Name)
		case x.Method != zip.Store || !x.Mode().IsRegular():
			return "", 0, fmt.Errorf("%q is packed in a way that no export uses", x.Name)
		case byName[x.Name] != nil:
			return "", 0, fmt.Errorf("%q is there twice", x.Name)
		}
		byName[x.Name] = x
		p.names = append(p.names, x.Name)
	}
	if id, files, err = p.verify(); err != nil {
		return "", 0, err
	}
	return id, files, sameZip(f, info.Size(), p)
}

// sumLine is one line of SHA256SUMS.
var sumLine = regexp.MustCompile(`^([0-9a-f]{64})  (.+)$`)

// mostSums bounds what is read of SHA256SUMS.
const mostSums = 64 << 20

// verify compares every file with its hash, and the list with the files.
func (p packReader) verify() (string, int, error) {
	if !slices.Contains(p.names, SumsName) {
		return "", 0, fmt.Errorf("it has no %s", SumsName)
	}
	text, err := p.sums()
	if err != nil {
		return "", 0, err
	}
	var sums []sum
	for line := range strings.Lines(string(text)) {
		m := sumLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil || !safeName(m[2]) {
			return "", 0, fmt.Errorf("%s has the line %q", SumsName, line)
		}
		sums = append(sums, sum{m[1], m[2]})
	}
	if sumsText(slices.Clone(sums)) != string(text) {
		return "", 0, fmt.Errorf("%s is not as it was written", SumsName)
	}
	for _, s := range sums {
		if !slices.Contains(p.names, s.name) {
			return "", 0, fmt.Errorf("%s is missing", s.name)
		}
		if err := p.compare(s); err != nil {
			return "", 0, err
		}
	}
	for _, name := range p.names {
		if name != SumsName && !slices.ContainsFunc(sums, func(s sum) bool { return s.name == name }) {
			return "", 0, fmt.Errorf("%q was not exported", name)
		}
	}
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:]), len(sums), nil
}

func (p packReader) sums() (text []byte, err error) {
	r, err := p.open(SumsName)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return io.ReadAll(io.LimitReader(r, mostSums))
}

func (p packReader) compare(s sum) (err error) {
	r, err := p.open(s.name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != s.digest {
		return fmt.Errorf("%s has changed: its SHA-256 is %s and was %s", s.name, got, s.digest)
	}
	return nil
}

// sameZip writes the pack anew, to nowhere, and compares the bytes: what stands
// between the files of a zip, or in its directory, is covered too.
func sameZip(f io.ReaderAt, size int64, p packReader) error {
	anew := sha256.New()
	z := zip.NewWriter(anew)
	for _, name := range p.names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return err
		}
		r, err := p.open(name)
		if err != nil {
			return err
		}
		_, err = io.Copy(w, r)
		if err := errors.Join(err, r.Close()); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	is := sha256.New()
	if _, err := io.Copy(is, io.NewSectionReader(f, 0, size)); err != nil {
		return err
	}
	if !bytes.Equal(anew.Sum(nil), is.Sum(nil)) {
		return errors.New("the archive around the files has changed")
	}
	return nil
}
