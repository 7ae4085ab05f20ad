package casework

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"midwatch/analyzer/report"
)

// SumsName is the file that has the SHA-256 of all others, as sha256sum -c
// reads it.
const SumsName = "SHA256SUMS"

// pack is evidence being written: files by name, each with its hash.
type pack struct {
	create func(name string) (io.WriteCloser, error)
	sums   []sum
}

// sum is one line of SHA256SUMS.
type sum struct{ digest, name string }

// add writes a file and keeps its hash.
func (p *pack) add(name string, write func(io.Writer) error) error {
	w, err := p.create(name)
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	h := sha256.New()
	if err := errors.Join(write(io.MultiWriter(w, h)), w.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	p.sums = append(p.sums, sum{hex.EncodeToString(h.Sum(nil)), name})
	return nil
}

// close writes the hashes and returns the hash of them, which names all of the
// pack in one line.
func (p *pack) close() (string, error) {
	text := sumsText(p.sums)
	w, err := p.create(SumsName)
	if err != nil {
		return "", fmt.Errorf("writing %s: %w", SumsName, err)
	}
	_, err = io.WriteString(w, text)
	if err := errors.Join(err, w.Close()); err != nil {
		return "", fmt.Errorf("writing %s: %w", SumsName, err)
	}
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:]), nil
}

// sumsText writes hashes in the order of their names.
func sumsText(sums []sum) string {
	slices.SortFunc(sums, func(a, b sum) int { return strings.Compare(a.name, b.name) })
	var b strings.Builder
	for _, s := range sums {
		fmt.Fprintf(&b, "%s  %s\n", s.digest, s.name)
	}
	return b.String()
}

// writePack writes a pack to a new folder, or, where the name ends so, to a new
// zip; whole or not at all. It returns the hash of the hashes.
func writePack(out string, fill func(*pack) error) (id string, err error) {
	if _, err := os.Lstat(out); err == nil {
		return "", UsageError{fmt.Errorf("%s is there already and is left as it is: name another with --out", out)}
	}
	if strings.HasSuffix(strings.ToLower(out), ".zip") {
		err = report.WriteFile(out, func(w io.Writer) error {
			id, err = zipPack(w, fill)
			return err
		})
		return id, err
	}
	part := out + ".part"
	if err := os.Mkdir(part, 0o700); err != nil {
		return "", fmt.Errorf("making the folder of the pack: %w", err)
	}
	id, err = folderPack(part, fill)
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(part))
	}
	return id, os.Rename(part, out)
}

func folderPack(folder string, fill func(*pack) error) (id string, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return "", fmt.Errorf("opening the folder of the pack: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	p := &pack{create: func(name string) (io.WriteCloser, error) {
		if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return nil, err
		}
		return root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}}
	if err := fill(p); err != nil {
		return "", err
	}
	return p.close()
}

// zipPack writes files one after another, not compressed and without times, so
// that the same files are the same bytes.
func zipPack(w io.Writer, fill func(*pack) error) (string, error) {
	z := zip.NewWriter(w)
	p := &pack{create: func(name string) (io.WriteCloser, error) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		return unclosed{f}, err
	}}
	if err := fill(p); err != nil {
		return "", err
	}
	id, err := p.close()
	return id, errors.Join(err, z.Close())
}

// unclosed is a writer that something else ends.
type unclosed struct{ io.Writer }

// Close leaves it open.
func (unclosed) Close() error { return nil }

// safeName tells a name that stays within a pack.
func safeName(name string) bool {
	return fs.ValidPath(name) && name != "." && !strings.ContainsAny(name, "\\:") && filepath.IsLocal(name)
}
