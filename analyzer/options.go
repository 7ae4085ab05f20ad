package analyzer

import (
	"slices"

	"midwatch/queries/warehouse"
)

// Options are the constants of the model. All weights are in nats (natural
// logarithm units of a likelihood ratio for theft), all spans in days unless
// said otherwise. Default gives the values that were chosen on two synthetic
// organisations and confirmed on others; the result is flat around them (of 130
// one-at-a-time changes by half hardly any moved it), so there is little to gain
// by tuning and much to lose.
type Options struct {
	// Without names the ingredients left out, for ablation studies.
	Without []Ingredient
	// Degraded names what is treated as not given, for studies.
	Degraded []Degradation
	// Count is how many repositories are new.
	Count CountOptions
	// Which is which repositories are new.
	Which WhichOptions
	// Context is the network, client and credential of a session.
	Context ContextOptions
	// Travel is presence in two countries at once.
	Travel TravelOptions
	// Work is whether ordinary work goes on in a session of unusual context.
	Work WorkOptions
	// Whole is the whole night as evidence, known or new.
	Whole     WholeOptions
	Colleague ColleagueOptions
	// Hypotheses are the ways of attack.
	Hypotheses HypothesisOptions
	// Nights joins evidence over nights and identities.
	Nights NightOptions
	// Cap holds back what was reported before.
	Cap CapOptions
	// Calibration turns weights into expected benign rows.
	Calibration CalibrationOptions
}

// CountOptions are the constants of how many repositories are new.
type CountOptions struct {
	// RatePrior is the weight, in active days, of the pooled share of days with
	// something new against an identity's own days.
	RatePrior float64
	// BurstPrior is the weight, in active days, of the pooled burst tail against
	// an identity's own bursts.
	BurstPrior float64
	// Lag is how many days before the night the own baseline ends, so that a
	// theft of several nights does not become its own baseline.
	Lag int
	// History is how many active days the own baseline looks back at most.
	History int
	// TailWeight is the weight of the power law under the pooled burst tail.
	TailWeight float64
	// PersonExponent and MachineExponent are the exponents of that power law.
	PersonExponent, MachineExponent float64
	// PushDiscount is the weight of a new repository that was pushed to.
	PushDiscount float64
	// AnswerDiscount is the weight of a repository that is new to a machine and
	// was pushed to on the same night: machines answer to pushes.
	AnswerDiscount float64
}

// WhichOptions are the constants of which repositories are new.
type WhichOptions struct {
	// Walk, Popularity and Uniform mix where a new repository comes from: the
	// walk over people, popularity with newcomers, pure chance. They sum to 1.
	Walk, Popularity, Uniform float64
	// HalfLife in days of edges between people and repositories and of newcomers.
	HalfLife float64
	// PushWeight is how many plain days a day with a push counts in the walk.
	PushWeight float64
	// TonightWeight is how many newcomers one clean newcomer of the last week
	// counts in popularity.
	TonightWeight float64
	// CommonShare leaves people out of the walk who are on more than this share
	// of all repositories; CommonFloor is the number below which nobody is left out.
	CommonShare float64
	CommonFloor int
	// JoinerDays is the tenure in active days below which the coherence of the
	// new set itself is looked at.
	JoinerDays int
	// SeenPrior and ExpectedPrior are the weights of the openness ratio; SeenPrior
	// also of the readers of a repository that a thief would choose.
	SeenPrior, ExpectedPrior float64
	// JewelExponent says how fast a thief's share falls off with the readers.
	JewelExponent float64
}

// ContextOptions are the constants of a session's context.
type ContextOptions struct {
	// KnownNetwork, KnownClient and KnownCredential are the weights, below zero,
	// of what is one's own.
	KnownNetwork, KnownClient, KnownCredential float64
	// NetworkAttacker, ClientAttacker and CredentialAttacker are, by level, -ln of
	// how often an attacker is at that level.
	NetworkAttacker    [networkLevels]float64
	ClientAttacker     [clientLevels]float64
	CredentialAttacker [credentialLevels]float64
	// DeviceMinor is the weight of the smaller of client and credential, which
	// change together when a laptop is replaced.
	DeviceMinor float64
	// Hosting is added for a person on a hosting network, Mobile on a mobile one.
	Hosting, Mobile float64
	// ClientNetworks is the weight of a client on a network it never used, in
	// full above ClientNetworksFull nats and by half below.
	ClientNetworks, ClientNetworksFull float64
	// PoolWeight is the weight, in days, of the pooled levels against own ones.
	PoolWeight float64
	// Tenure is the number of active days after which context counts in full.
	Tenure float64
	// Ceiling on the context of a session.
	Ceiling float64
}

// TravelOptions are the constants of presence in two countries at once.
type TravelOptions struct {
	// Hours of slack on either side of the session abroad.
	Hours int
	// AttackerShare is how often an attacker shows up so.
	AttackerShare float64
	// PriorSeen of PriorNights is how often people do, before any is seen.
	PriorSeen, PriorNights float64
	// Ceiling on the weight.
	Ceiling float64
}

// WorkOptions are the constants of ordinary work in an unusual context.
type WorkOptions struct {
	// AttackerShare is how many of an attacker's sessions do the owner's work.
	AttackerShare float64
	// PriorWorking of PriorSessions do so before any is seen.
	PriorWorking, PriorSessions float64
	// Floor and Ceiling of the weight.
	Floor, Ceiling float64
	// Tenure is the number of active days after which it counts in full.
	Tenure float64
}

// WholeOptions are the constants of the whole night as evidence.
type WholeOptions struct {
	// Walk, Popularity and Uniform mix where what is new to a person comes from; they
	// sum to 1. NovelPrior is the weight, in nights, of everybody's share of it.
	Walk, Popularity, Uniform, NovelPrior float64
	// OthersUse is how much of somebody else's repositories follows everybody's use;
	// the rest is chance.
	OthersUse float64
	// Recent is how many days the last touch of a repository counts on top of the
	// decayed ones, RecentHalfLife how fast that fades.
	Recent, RecentHalfLife float64
	// Floor and Most bound what all repositories of a night weigh.
	Floor, Most float64
	// HourPrior is the weight, in nights, of everybody's hours, HourBound the most
	// that a night's hours weigh either way.
	HourPrior, HourBound float64
	// Tenure is the number of nights after which a person is known in full.
	Tenure float64
	// Decay is what is left of a suspicion on the next night that the person is seen,
	// halved every HalfLife days in between; NightMost is the most one night adds.
	Decay, HalfLife, NightMost float64
	// Tonight is what a night itself must weigh, in nats, for what came before it to
	// count in full; below that it counts in proportion, and at 0 not at all.
	Tonight float64
	// Vouched is the share that counts where network, client and credential are all
	// the person's own.
	Vouched float64
	// Prior of somebody else at work, Unplaced where the log gives no network and a
	// client that at least the share CommonClient of all use, or none.
	Prior, Unplaced, CommonClient float64
	// News is how much of what is new counts there: the whole night weighs it too.
	News float64
}

// ColleagueOptions say who else a night may be of.
type ColleagueOptions struct {
	// Share is how likely somebody else on an account is one of the people who are known
	// well, and not anybody. Those were seen on at least Nights nights, the last of
	// them at most Days ago.
	Share        float64
	Nights, Days int
}

// HypothesisOptions are the constants of the ways of attack.
type HypothesisOptions struct {
	// Which weighs the surprise, JoinerWhich that of identities with less than
	// five active days; WhichFloor and WhichCeiling clip it, and beyond
	// WhichSpread repositories it is scaled down.
	Which, JoinerWhich, WhichFloor, WhichCeiling, WhichSpread float64
	// NothingNew is the weight of a session with nothing new, and NothingTaken is
	// added where nothing known was copied either.
	NothingNew, NothingTaken float64
	// Copies is the weight of each known repository copied whole from a new
	// network, CopiesMost how many count.
	Copies, CopiesMost float64
	// Hour weighs the surprise of the hour, Push is the weight of having pushed.
	Hour, Push float64
	// Dormancy weighs the gap, DormancyUsual further where context is usual. A gap
	// of DormancyLong days or more weighs as many times as it is that long, up to
	// DormancyMost times, and leaves no context usual: the days on which it was are
	// all older (Midnight Blizzard, 2023: a forgotten account came back).
	Dormancy, DormancyUsual, DormancyLong, DormancyMost float64
	// InsiderPrior and InsiderWhich: prior and weight of surprise for insiders.
	InsiderPrior, InsiderWhich, InsiderFloor float64
	// Jewel, JewelCount and JewelContext weigh the jewel's pieces, JewelPush is
	// taken off where the jewel was pushed to, JewelPrior is its prior and
	// JewelTenure the number of active days after which it counts in full.
	Jewel, JewelCount, JewelContext, JewelPush, JewelPrior, JewelTenure float64
	// Hoard weighs ln of the known repositories copied, from HoardLeast on,
	// HoardContext the context above zero, HoardTenure the least active days.
	Hoard, HoardContext float64
	HoardLeast          int
	HoardTenure         int
	// MachinePrior is what machines start from, MachineNothing the weight of
	// nothing new, MachineNetwork and MachineClient weigh context, MachineKnown
	// is the weight of a known network, MachineShare the least share of the count
	// a session gets, and MachineYoung the most before five active days.
	MachinePrior, MachineNothing, MachineNetwork, MachineClient, MachineKnown, MachineShare, MachineYoung float64
	// FleetNetworks new networks in a night with at most FleetNew new
	// repositories are a fleet that moves; its network counts FleetFactor.
	FleetNetworks, FleetNew int
	FleetFactor             float64
}

// NightOptions join evidence over nights and identities.
type NightOptions struct {
	// Link weighs the suspicion of others on a shared key, LinkCeiling bounds it,
	// LinkMost is the most one other contributes, LinkHalfLife its half-life and
	// LinkDays how far it looks back.
	Link, LinkCeiling, LinkMost, LinkHalfLife float64
	LinkDays                                  int
	// LinkNetworkUsers and LinkBlockUsers are the most earlier users a shared
	// network and block may have to link anybody.
	LinkNetworkUsers, LinkBlockUsers int
	// Slow weighs the low-and-slow piece above SlowFloor, SlowMachine further for
	// machines; SlowCap is the weight in days of the baseline.
	Slow, SlowFloor, SlowMachine, SlowCap float64
	// SlowWindows are the windows in days.
	SlowWindows []int
	// WorkedOn is on how many later nights a repository that was new must be touched to
	// count as fetched for work, and not to be had; fewer count in proportion.
	WorkedOn float64
	// Carry weighs earlier nights by the new repositories that were not worked on since,
	// each at most CarryNight and CarryCeiling together, with half-life
	// CarryHalfLife.
	Carry, CarryNight, CarryCeiling, CarryHalfLife float64
}

// CapOptions hold back what was reported before.
type CapOptions struct {
	// Level above which the score of a repeat is squeezed into Band, Scale says
	// how fast.
	Level, Band, Scale float64
	// Places of a night that count as reported, from Least nats on.
	Places int
	Least  float64
	// Days for which a report holds, and Escalation in nats that breaks through.
	Days       int
	Escalation float64
	// Follower is the least link in nats that makes a follower, FollowerDays for
	// how long the head's key is remembered.
	Follower     float64
	FollowerDays int
}

// CalibrationOptions turn weights into expected benign rows a night.
type CalibrationOptions struct {
	// Days of history.
	Days int
	// Often and Rare are the levels, in rows a night, between which the tail is
	// fitted; above Rare live attacks.
	Often, Rare float64
	// LeastScale in nats of the tail.
	LeastScale float64
	// Confidence of the bound that E is: with this confidence no more benign rows
	// than that are to be expected, however few nights it was learnt from.
	Confidence float64
	// Again is the share of ListAt below which what was reported lately, and is not
	// much worse, is listed again.
	Again float64
	// KeepOut keeps rows at or below this expectation out of the history.
	KeepOut float64
	// LeastNights of history before the fit is used.
	LeastNights int
	// StartRows, StartLevel and StartScale are used until then.
	StartRows, StartLevel, StartScale float64
	// ListAt is the largest expectation that is listed, ListMost how many rows.
	ListAt   float64
	ListMost int
}

// Default gives the constants as shipped.
func Default() Options {
	return Options{
		Count: CountOptions{RatePrior: 6, BurstPrior: 12, Lag: 7, History: 90, TailWeight: 5,
			PersonExponent: 1.2, MachineExponent: .8, PushDiscount: .5, AnswerDiscount: .4},
		Which: WhichOptions{Walk: .5, Popularity: .3, Uniform: .2, HalfLife: 60, PushWeight: 3, TonightWeight: 3,
			CommonShare: .35, CommonFloor: 30, JoinerDays: 8, SeenPrior: .7, ExpectedPrior: 1, JewelExponent: 1.5},
		Context: ContextOptions{KnownNetwork: -1.5, KnownClient: -.5, KnownCredential: -.4,
			NetworkAttacker: [networkLevels]float64{0, .2, .4, .8, .5, .9}, ClientAttacker: [clientLevels]float64{0, 2.5, 1.2, .8},
			CredentialAttacker: [credentialLevels]float64{0, 2, .7}, DeviceMinor: .5, Hosting: 1.2, Mobile: -1,
			ClientNetworks: .5, ClientNetworksFull: 4, PoolWeight: 8, Tenure: 8, Ceiling: 14},
		Travel: TravelOptions{Hours: 3, AttackerShare: .3, PriorSeen: .4, PriorNights: 200, Ceiling: 7.5},
		Work:   WorkOptions{AttackerShare: .2, PriorWorking: 9, PriorSessions: 10, Floor: -2, Ceiling: 2.5, Tenure: 3},
		Whole: WholeOptions{Walk: .5, Popularity: .375, Uniform: .125, NovelPrior: 3, OthersUse: .8, Recent: 3, RecentHalfLife: 7,
			Floor: -4, Most: 12, HourPrior: 4, HourBound: 4, Tenure: 30, Decay: .8, HalfLife: 7, NightMost: 8, Tonight: .25, Vouched: .5, Prior: -1, Unplaced: 4, CommonClient: .5, News: .5},
		Colleague: ColleagueOptions{Share: .8, Nights: 8, Days: 90},
		Hypotheses: HypothesisOptions{Which: .5, JoinerWhich: 3, WhichFloor: -4, WhichCeiling: 6, WhichSpread: 4,
			NothingNew: -2, NothingTaken: -1, Copies: .6, CopiesMost: 3, Hour: .3, Push: -1.5, Dormancy: .25, DormancyUsual: .4, DormancyLong: 90, DormancyMost: 2,
			InsiderPrior: -1.5, InsiderWhich: 1, InsiderFloor: 0, Jewel: 2, JewelCount: .4, JewelContext: .3, JewelPush: -3, JewelPrior: -2, JewelTenure: 5,
			Hoard: 3.6, HoardContext: .5, HoardLeast: 4, HoardTenure: 5,
			MachinePrior: 3.25, MachineNothing: -1, MachineNetwork: .7, MachineClient: .3, MachineKnown: -.5, MachineShare: .8, MachineYoung: 1,
			FleetNetworks: 3, FleetNew: 1, FleetFactor: .3},
		Nights: NightOptions{WorkedOn: 2, Link: .5, LinkCeiling: 6, LinkMost: 6, LinkHalfLife: 2, LinkDays: 4, LinkNetworkUsers: 40, LinkBlockUsers: 12,
			Slow: .7, SlowFloor: 1.5, SlowMachine: .3, SlowCap: 25, SlowWindows: []int{7, 21},
			Carry: .4, CarryNight: 8, CarryCeiling: 12, CarryHalfLife: 7},
		Cap: CapOptions{Level: 9, Band: 1, Scale: 8, Places: 3, Least: 4, Days: 14, Escalation: 6, Follower: 1.5, FollowerDays: 4},
		Calibration: CalibrationOptions{Days: 42, Often: 4, Rare: .8, LeastScale: .6, KeepOut: .25, LeastNights: 14,
			StartRows: 3, StartLevel: 4, StartScale: 1.4, Confidence: .975, Again: .15, ListAt: .75, ListMost: 10},
	}
}

// Constants are those that SQL shares (the table baseline_constant).
func (o Options) Constants() warehouse.Constants {
	return warehouse.Constants{
		"half_life_days": o.Which.HalfLife, "push_weight": o.Which.PushWeight,
		"kind_days": kindDays, "machine_hours": machineHours, "machine_hours_young": machineHoursYoung,
		"shared_block_users": sharedBlockUsers, "shared_client_users": sharedClient, "usual_block_users": usualBlockUsers,
		"idle_days": idleDays, "idle_nights": idleNights, "young_days": youngDays,
		"censored_start_days": censoredStart, "censored_tenure": censoredTenure, "censored_age_days": censoredWarmUp,
		"own_tenure": newTenure, "own_age_days": newWarmUp, "settled_tenure": settledTenure,
		"rate_prior": o.Count.RatePrior, "burst_prior": o.Count.BurstPrior, "own_lag_days": float64(o.Count.Lag), "own_nights_most": float64(o.Count.History),
		"tail_weight": o.Count.TailWeight, "person_exponent": o.Count.PersonExponent, "machine_exponent": o.Count.MachineExponent,
		"pool_nights": poolNights, "pool_nights_new": poolNightsNew, "pool_bursts": poolBursts, "level_pool_weight": o.Context.PoolWeight,
	}
}

// Constants of counting, which only SQL uses (queries/rollups/counted_night.sql and
// counted_repository.sql).
const (
	// Nobody works in fifteen different hours of the day on average, and a stranger's
	// single day needs more to be sure.
	machineHours      = 14.5
	machineHoursYoung = 18
	// A block that so many others use is shared; a credential that lay unused for so
	// many days, while its owner was active on so many nights, counts as new.
	sharedBlockUsers = 5
	idleDays         = 21
	idleNights       = 8
	// A block that so many use is usual for everybody; before so many active nights
	// every context is usual.
	usualBlockUsers = 10
	youngDays       = 3
	// A night says how often something is new only when the facet and the log are old
	// enough; what was there when the log began counts as young for longer, because
	// its history is cut off on the left.
	newTenure      = 4
	newWarmUp      = 10
	settledTenure  = 3
	censoredStart  = 21
	censoredTenure = 8
	censoredWarmUp = 14
)

// without reports whether an ingredient is left out.
func (o Options) without(i Ingredient) bool { return slices.Contains(o.Without, i) }
