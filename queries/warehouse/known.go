package warehouse

import (
	"context"
	"time"

	"github.com/marcboeker/go-duckdb/v2"
)

// FacetKnown is a facet on a night with what earlier nights had left of it. Nights,
// Hours (summed over nights), CopyNights and HourNights (by UTC hour) are those before.
type FacetKnown struct {
	ID         int                       `db:"facet_id"`
	Identity   string                    `db:"identity"`
	Family     string                    `db:"family"`
	FirstNight time.Time                 `db:"first_night"`
	LastNight  *time.Time                `db:"last_night_before"`
	Nights     int                       `db:"nights_before"`
	Hours      int                       `db:"hours_before"`
	CopyNights int                       `db:"copy_nights_before"`
	HourNights duckdb.Composite[[]int32] `db:"hour_nights_before"`
	IsMachine  bool                      `db:"is_machine"`
	IsCensored bool                      `db:"is_censored"`
	IsOwn      bool                      `db:"is_own"`
	IsSettled  bool                      `db:"is_settled"`
}

// FacetsKnown gives the facets of a night.
func (w *Warehouse) FacetsKnown(ctx context.Context, night time.Time) ([]FacetKnown, error) {
	return rowsInto[FacetKnown](ctx, w, `SELECT facet_id, identity, family, first_night, last_night_before, nights_before, hours_before,
		copy_nights_before, hour_nights_before, is_machine, is_censored, is_own, is_settled
		FROM facet_night JOIN facet USING (facet_id) WHERE night = ?::DATE ORDER BY facet_id`, night)
}

// HoursKnown is at which hours a facet was seen before a night: HourNights by UTC hour.
type HoursKnown struct {
	Facet      int
	IsMachine  bool
	Nights     int
	LastNight  time.Time
	HourNights duckdb.Composite[[]int32]
}

// HoursKnown calls f for every facet seen before a night, as far as it was on or after
// the night since.
func (w *Warehouse) HoursKnown(ctx context.Context, night, since time.Time, f func(HoursKnown)) error {
	return w.each(ctx, func(scan Scan) error {
		var k HoursKnown
		if err := scan(&k.Facet, &k.IsMachine, &k.Nights, &k.LastNight, &k.HourNights); err != nil {
			return err
		}
		f(k)
		return nil
	}, `SELECT facet_id, is_machine, nights, last_night, hour_nights FROM baseline.facet_known(?::TIMESTAMP)
		WHERE last_night >= ?::DATE ORDER BY facet_id`, night, since)
}

// SessionKnown is a session with how far it is from what its facet used before; its
// fields are the columns of the table session_night. Levels are -1 where the log did
// not say.
type SessionKnown struct {
	Facet                 int        `db:"facet_id"`
	Network               string     `db:"network"`
	Block                 string     `db:"block"`
	ASN                   string     `db:"asn"`
	Country               string     `db:"country"`
	Agent                 string     `db:"user_agent"`
	Credential            string     `db:"credential"`
	AccessType            string     `db:"access_type"`
	NetworkLevel          int        `db:"network_level"`
	ClientLevel           int        `db:"client_level"`
	CredentialLevel       int        `db:"credential_level"`
	NetworkNights         int        `db:"network_nights"`
	BlockNights           int        `db:"block_nights"`
	ClientNights          int        `db:"client_nights"`
	CredentialNights      int        `db:"credential_nights"`
	CredentialLast        *time.Time `db:"credential_last"`
	NetworkOthers         int        `db:"network_others"`
	BlockOthers           int        `db:"block_others"`
	ClientOthers          int        `db:"client_others"`
	RarerBlockNights      int        `db:"rarer_block_nights"`
	AllBlockNights        int        `db:"all_block_nights"`
	Blocks                int        `db:"blocks"`
	CredentialBlockNights int        `db:"credential_block_nights"`
	CredentialAllNights   int        `db:"credential_all_nights"`
	CredentialBlocks      int        `db:"credential_blocks"`
	ClientBlockOthers     int        `db:"client_block_others"`
	ClientBlockNights     int        `db:"client_block_nights"`
	ClientAllNights       int        `db:"client_all_nights"`
	ClientBlocks          int        `db:"client_blocks"`
}

// SessionsKnown gives the sessions of a night.
func (w *Warehouse) SessionsKnown(ctx context.Context, night time.Time) ([]SessionKnown, error) {
	return rowsInto[SessionKnown](ctx, w, `SELECT * EXCLUDE (night) REPLACE (coalesce(network_level, -1) AS network_level,
		coalesce(client_level, -1) AS client_level, coalesce(credential_level, -1) AS credential_level)
		FROM session_night WHERE night = ?::DATE ORDER BY ALL`, night)
}

// TouchKnown is a repository that a facet knows.
type TouchKnown struct {
	Facet      int       `db:"facet_id"`
	Repository int       `db:"repository_id"`
	LastNight  time.Time `db:"last_night"`
	Nights     int       `db:"nights"`
	Use        float64   `db:"use"`
}

// TouchesKnown calls f for what every facet knew before a night, as far as it was
// touched on or after the night since.
func (w *Warehouse) TouchesKnown(ctx context.Context, night, since time.Time, f func(TouchKnown)) error {
	return w.each(ctx, func(scan Scan) error {
		var t TouchKnown
		if err := scan(&t.Facet, &t.Repository, &t.LastNight, &t.Nights, &t.Use); err != nil {
			return err
		}
		f(t)
		return nil
	}, `SELECT facet_id, repository_id, last_night, nights, use FROM baseline.facet_repository(?::TIMESTAMP)
		WHERE last_night >= ?::DATE ORDER BY facet_id, repository_id`, night, since)
}

// FacetName is a facet by number.
type FacetName struct {
	ID       int    `db:"facet_id"`
	Identity string `db:"identity"`
	Family   string `db:"family"`
}

// FacetNames gives the facets numbered above one, in order.
func (w *Warehouse) FacetNames(ctx context.Context, above int) ([]FacetName, error) {
	return rowsInto[FacetName](ctx, w, "SELECT facet_id, identity, family FROM facet WHERE facet_id > ? ORDER BY facet_id", above)
}

// RepositoriesSeen gives the ids of the repositories that are numbered above one, in
// the order of their numbers.
func (w *Warehouse) RepositoriesSeen(ctx context.Context, above int) ([]RepositoryName, error) {
	return rowsInto[RepositoryName](ctx, w, `SELECT repository_id, repository FROM repository_seen JOIN repository_form USING (repository_id)
		WHERE number > ? ORDER BY number`, above)
}

// RepositoryName is a repository by its id.
type RepositoryName struct {
	ID         int    `db:"repository_id"`
	Repository string `db:"repository"`
}

// RepositoryKnown is a repository that was seen before a night
// (baseline.repository_known says what each field is).
type RepositoryKnown struct {
	ID        int     `db:"repository_id"`
	IsPublic  bool    `db:"is_public"`
	IsWritten bool    `db:"is_written"`
	Readers   int     `db:"readers"`
	Owed      float64 `db:"owed"`
	Returned  float64 `db:"returned"`
	Newcomers float64 `db:"newcomers"`
	Use       float64 `db:"use"`
}

// RepositoriesKnown gives the repositories that were seen before a night.
func (w *Warehouse) RepositoriesKnown(ctx context.Context, night time.Time) ([]RepositoryKnown, error) {
	return rowsInto[RepositoryKnown](ctx, w, `SELECT repository_id, is_public, is_written, readers::INTEGER AS readers, owed, returned, newcomers, use
		FROM baseline.repository_known(?::TIMESTAMP) ORDER BY repository_id`, night)
}

// NewcomerKnown is a person who came new to a repository on a night.
type NewcomerKnown struct {
	Night      time.Time `db:"night"`
	Identity   string    `db:"identity"`
	Repository int       `db:"repository_id"`
}

// NewcomersKnown gives those of the four weeks before a night, and with tonight
// those of the night itself, in order.
func (w *Warehouse) NewcomersKnown(ctx context.Context, night time.Time) ([]NewcomerKnown, error) {
	return rowsInto[NewcomerKnown](ctx, w, `SELECT night, identity, repository_id FROM baseline.newcomer(?::TIMESTAMP + INTERVAL 1 DAY)
		ORDER BY night, facet_id, repository_id`, night)
}

// PastNight is an earlier night of a facet: private repositories that were new on it
// (-1 where the facet or the log was too young to say), those it touched, and what
// its heaviest session with something new weighed.
type PastNight struct {
	Facet        int
	Night        time.Time
	New, Touched int
	NewNats      float64
	// Suspicion is what the nights up to it add up to of looking like somebody else's.
	Suspicion float64
	// Network is the worst network level of the night and Trust how much it teaches;
	// -1 and 0 where it says nothing of them.
	Network  int
	Trust    float64
	Reported Report
	Listed   Report
}

// PastNights calls f for the nights from since up to the one before until of the
// facets that are seen from until to last, in order of night.
func (w *Warehouse) PastNights(ctx context.Context, since, until, last time.Time, f func(PastNight)) error {
	return w.each(ctx, func(scan Scan) error {
		var p PastNight
		var reported, listed *time.Time
		err := scan(&p.Facet, &p.Night, &p.New, &p.Touched, &p.NewNats, &p.Suspicion, &p.Network, &p.Trust, &reported, &p.Reported.Nats, &listed, &p.Listed.Nats)
		if err != nil {
			return err
		}
		if reported != nil {
			p.Reported.Night = *reported
		}
		if listed != nil {
			p.Listed.Night = *listed
		}
		f(p)
		return nil
	}, `SELECT n.facet_id, n.night, CASE WHEN n.is_own THEN n.new_repositories ELSE -1 END, n.repositories, coalesce(s.new_nats, 0), coalesce(s.suspicion, 0),
			coalesce(s.network_level, -1), coalesce(s.trust, 0), s.reported_night, coalesce(s.reported_nats, 0), s.listed_night, coalesce(s.listed_nats, 0)
		FROM facet_night AS n
		SEMI JOIN (SELECT facet_id FROM facet_night WHERE night >= ?::DATE AND night <= ?::DATE) AS t USING (facet_id)
		LEFT JOIN facet_score AS s USING (night, facet_id)
		WHERE n.night >= ?::DATE AND n.night < ?::DATE ORDER BY n.night, n.facet_id`, until, last, since, until)
}

// NewTouch is a private repository that was new to a facet on a night.
type NewTouch struct {
	Night      time.Time `db:"night"`
	Facet      int       `db:"facet_id"`
	Repository int       `db:"repository_id"`
}

// NewTouches gives what was new to facets on the nights from first to last.
func (w *Warehouse) NewTouches(ctx context.Context, first, last time.Time) ([]NewTouch, error) {
	return rowsInto[NewTouch](ctx, w, `SELECT night, facet_id, repository_id FROM facet_repository_night
		WHERE night >= ?::DATE AND night <= ?::DATE AND is_new ORDER BY night, facet_id, repository_id`, first, last)
}

// PoolKnown is how many nights, weighed by what each may teach, had so many new
// repositories or were at such a level.
type PoolKnown struct {
	IsMachine bool    `db:"is_machine"`
	What      string  `db:"what"`
	Tenure    int     `db:"tenure"`
	Level     int     `db:"level"`
	Nights    float64 `db:"nights"`
}

// PoolsKnown gives the pools as of a night: of novelty by kind, tenure and number, and
// of levels by kind, what and level.
func (w *Warehouse) PoolsKnown(ctx context.Context, night time.Time) ([]PoolKnown, error) {
	return rowsInto[PoolKnown](ctx, w, `SELECT is_machine, 'new' AS what, tenure, new_repositories AS level, nights FROM baseline.novelty_pool(?::TIMESTAMP)
		UNION ALL SELECT is_machine, what, 0, level, nights FROM baseline.level_pool(?::TIMESTAMP) ORDER BY ALL`, night, night)
}

// HabitKnown is what scoring learnt of people together (baseline.habit).
type HabitKnown struct {
	Nights          float64 `db:"nights"`
	Travelled       float64 `db:"travelled"`
	TravelledRented float64 `db:"travelled_rented"`
	WorkSessions    float64 `db:"work_sessions"`
	WorkWorking     float64 `db:"work_working"`
	NewWorkSessions float64 `db:"new_work_sessions"`
	NewWorkWorking  float64 `db:"new_work_working"`
}

// HabitKnown gives that as of a night.
func (w *Warehouse) HabitKnown(ctx context.Context, night time.Time) (HabitKnown, error) {
	all, err := rowsInto[HabitKnown](ctx, w, "SELECT nights::DOUBLE AS nights, * EXCLUDE (nights) FROM baseline.habit(?::TIMESTAMP)", night)
	if err != nil {
		return HabitKnown{}, err
	}
	return all[0], nil
}

// PeopleKnown is what people's nights have in common (baseline.people).
type PeopleKnown struct {
	Nights     float64                     `db:"nights"`
	Novel      float64                     `db:"novel"`
	HourNights duckdb.Composite[[]float64] `db:"hour_nights"`
}

// PeopleKnown gives that as of a night.
func (w *Warehouse) PeopleKnown(ctx context.Context, night time.Time) (PeopleKnown, error) {
	all, err := rowsInto[PeopleKnown](ctx, w, "SELECT nights::DOUBLE AS nights, novel, hour_nights FROM baseline.people(?::TIMESTAMP)", night)
	if err != nil {
		return PeopleKnown{}, err
	}
	return all[0], nil
}

// LinkKnown is a key by which a facet could be linked on an earlier night.
type LinkKnown struct {
	Night    time.Time `db:"night"`
	Identity string    `db:"identity"`
	Through  string    `db:"through"`
	Value    string    `db:"value"`
	Nats     float64   `db:"nats"`
	Follows  bool      `db:"follows"`
}

// LinksKnown gives those of the nights from first on, before a night.
func (w *Warehouse) LinksKnown(ctx context.Context, first, night time.Time) ([]LinkKnown, error) {
	return rowsInto[LinkKnown](ctx, w, `SELECT night, identity, through, value, nats, follows FROM link_night JOIN facet USING (facet_id)
		WHERE night >= ?::DATE AND night < ?::DATE ORDER BY night, facet_id, through, value`, first, night)
}

// OpennessKnown gives how open repositories were by the end of the newest night
// before one.
func (w *Warehouse) OpennessKnown(ctx context.Context, night time.Time) ([]Openness, error) {
	return rowsInto[Openness](ctx, w, `SELECT repository_id, seen, expected, near_seen, near_expected FROM repository_openness
		WHERE night = (SELECT max(night) FROM repository_openness WHERE night < ?::DATE) ORDER BY repository_id`, night)
}

// RawKnown is the weight of a facet's night, nil of a night on which nobody was seen.
type RawKnown struct {
	Night    time.Time `db:"night"`
	Raw      *float64  `db:"raw"`
	Expected *float64  `db:"expected"`
}

// RawsKnown gives the weights of the nights from first on, before a night, but for
// dark ones.
func (w *Warehouse) RawsKnown(ctx context.Context, first, night time.Time) ([]RawKnown, error) {
	return rowsInto[RawKnown](ctx, w, `SELECT night, s.raw, s.expected FROM judged_night LEFT JOIN facet_score AS s USING (night)
		WHERE NOT is_dark AND night >= ?::DATE AND night < ?::DATE ORDER BY night, s.raw DESC, s.facet_id`, first, night)
}

// JudgedKnown is a night that was judged.
type JudgedKnown struct {
	Night  time.Time `db:"night"`
	Chain  string    `db:"chain"`
	Dark   bool      `db:"is_dark"`
	Unseen string    `db:"unseen"`
	// Register is that of the findings, "" for most older nights.
	Register string `db:"register"`
}

// JudgedNights gives the nights that were judged, in order.
func (w *Warehouse) JudgedNights(ctx context.Context) ([]JudgedKnown, error) {
	return rowsInto[JudgedKnown](ctx, w, "SELECT night, chain, is_dark, unseen, register FROM judged_night ORDER BY night")
}

// CountedAccess calls row for each counted access of a night: the ids of facet and
// repository, then the columns of the macro night_access, in their order.
func (w *Warehouse) CountedAccess(ctx context.Context, night time.Time, row func(Scan) error) error {
	return w.each(ctx, row, `SELECT facet_id, repository_id, identity, identity_name, family, access_type, is_bot, credential, repository, is_public,
		network, block, asn, network_kind, country, user_agent, operations, copies, pushes, first_at, last_at, hours
		FROM counted_access JOIN facet USING (identity, family) WHERE night = ?::DATE
		ORDER BY identity, family, repository, network, user_agent, credential, country, access_type`, night)
}

// UnseenNights gives the nights from first on, before a night, on which the records of
// a forge were missing.
func (w *Warehouse) UnseenNights(ctx context.Context, first, night time.Time) ([]JudgedKnown, error) {
	return rowsInto[JudgedKnown](ctx, w, `SELECT night, chain, is_dark, unseen, register FROM judged_night
		WHERE night >= ?::DATE AND night < ?::DATE AND unseen <> '' ORDER BY night`, first, night)
}
