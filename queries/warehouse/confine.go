package warehouse

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/marcboeker/go-duckdb/v2"
)

// ErrOutside is returned for SQL that would write a file or reach beyond the
// snapshot.
var ErrOutside = errors.New("this writes a file or reaches beyond the snapshot")

// outsideWords are in every statement that writes files. No keyword can be spelt
// otherwise than in these letters, so that a text without them is none of those,
// whatever else it is: EXPLAIN ANALYZE, PREPARE, or several statements in one.
var outsideWords = []string{"copy", "export", "import", "attach", "install", "extension"}

// outsideFunctions are those that write files, or run what cannot be seen here.
var outsideFunctions = []string{"enable_logging", "json_execute_serialized_sql"}

// insideTypes are the statements that write no file whatever words are in them.
var insideTypes = []duckdb.StmtType{
	duckdb.STATEMENT_TYPE_SELECT, duckdb.STATEMENT_TYPE_INSERT, duckdb.STATEMENT_TYPE_UPDATE, duckdb.STATEMENT_TYPE_DELETE,
	duckdb.STATEMENT_TYPE_CREATE, duckdb.STATEMENT_TYPE_CREATE_FUNC, duckdb.STATEMENT_TYPE_ALTER, duckdb.STATEMENT_TYPE_DROP,
	duckdb.STATEMENT_TYPE_EXECUTE, duckdb.STATEMENT_TYPE_TRANSACTION, duckdb.STATEMENT_TYPE_VARIABLE_SET, duckdb.STATEMENT_TYPE_SET,
}

// confine refuses SQL that writes files. The database refuses it too, but for the
// files that it uses itself, which it lets SQL write: what it spills to, and what
// is attached.
func (r *Reader) confine(text string) error {
	lower := strings.ToLower(text)
	in := func(word string) bool { return strings.Contains(lower, word) }
	if slices.ContainsFunc(outsideFunctions, in) {
		return ErrOutside
	}
	if !slices.ContainsFunc(outsideWords, in) {
		return nil
	}
	kind, err := r.statementType(text)
	if err == nil && !slices.Contains(insideTypes, kind) {
		return ErrOutside
	}
	return err
}

// statementType is what kind of statement a text is. Several statements in one are
// of no type.
func (r *Reader) statementType(text string) (kind duckdb.StmtType, err error) {
	err = r.conn.Raw(func(driver any) error {
		conn, ok := driver.(*duckdb.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T", driver)
		}
		// Not PrepareContext, which runs all statements but the last.
		s, err := conn.Prepare(text)
		if err != nil {
			if strings.Contains(err.Error(), "multi-statement") {
				return nil
			}
			return err
		}
		statement, ok := s.(*duckdb.Stmt)
		if !ok {
			return errors.Join(fmt.Errorf("the statement is a %T", s), s.Close())
		}
		kind, err = statement.StatementType()
		return errors.Join(err, statement.Close())
	})
	return kind, err
}
