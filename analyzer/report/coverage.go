package report

import (
	"encoding/csv"
	"io"
	"strconv"
)

// Coverage writes what each source gave in each hour of a night, one row an
// hour, with a header that is always the same. usual is the median of the same
// hour of the week, empty where the source has no rhythm yet.
func Coverage(w io.Writer, n Night) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"night", "source", "format", "hour_utc", "records", "usual", "blind", "with_address", "with_credential"}); err != nil {
		return err
	}
	for _, h := range n.Hours {
		usual := ""
		if h.Usual.Valid {
			usual = significant(h.Usual.Float64)
		}
		err := out.Write([]string{
			date(n.Night), Cell(h.Source), Cell(h.Format), at(h.At), strconv.FormatInt(h.Records, 10), usual, strconv.FormatBool(h.Blind),
			strconv.FormatInt(h.WithAddress, 10), strconv.FormatInt(h.WithCredential, 10),
		})
		if err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
