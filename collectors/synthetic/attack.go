package synthetic

// Attack is a way of stealing source that can be planted.
type Attack struct {
	// Name is what Options.Attacks says; the truth calls it scenario.
	Name string
	// Incident is what it is modelled on.
	Incident string
	// Description says what is done.
	Description string
}

// The names of the attacks.
const (
	midnightBlizzard = "midnight_blizzard"
	smashAndGrab     = "smash_and_grab"
	lowAndSlow       = "low_and_slow"
	departingInsider = "departing_insider"
	crownJewel       = "crown_jewel"
	machineToken     = "machine_token"
	oauthApp         = "oauth_app"
	impossibleTravel = "impossible_travel"
	credentialSpray  = "credential_spray"
	archiveTheft     = "archive_theft"
)

// Attacks lists what can be planted, in the order of the default set.
func Attacks() []Attack {
	var all []Attack
	for _, s := range attacks() {
		all = append(all, s.Attack)
	}
	return all
}

func allAttackNames() []string {
	var all []string
	for _, s := range attacks() {
		all = append(all, s.Name)
	}
	return all
}

func attackNamed(name string) (scheme, bool) { return byName(attacks(), name) }

func attacks() []scheme {
	return append(attacksOnAccounts(), attacksOnFleets()...)
}

// attacksOnAccounts are those that use one person's account.
func attacksOnAccounts() []scheme {
	return []scheme{
		{Attack{midnightBlizzard, "Microsoft and Midnight Blizzard, November 2023 to March 2024: a forgotten test account, residential proxies, secrets read for the next step",
			"an account of no use for 60 days wakes on another provider's home connections and clones a dozen private repositories over five nights"},
			"test_account", 5, false, wakeDormant, readByNight},
		{Attack{smashAndGrab, "Trigger.dev, 24 and 25 November 2025: 669 repositories in 17 hours with credentials from a developer's laptop, from two regions",
			"one token clones every private repository it can read within hours, from hosting networks"},
			"everything", 2, false, stealToken, sweep},
		{Attack{lowAndSlow, "Salesloft, March to June 2025: repositories downloaded and a guest added, unnoticed for months",
			"two or three repositories a workday that are new to the account, for weeks, from another home connection; a guest is added"},
			"two_three_a_day", 28, false, settleIn, trickle},
		{Attack{departingInsider, "the common insider: source collected in the last weeks before leaving, as at Waymo in December 2015",
			"in the two weeks before leaving, a few repositories of other teams a day, from the usual place at the usual hours"},
			"two_weeks", 14, false, resign, collect},
		{Attack{crownJewel, "F5, disclosed in October 2025: the product's own source and little else, through access that looked like any other",
			"one to three restricted repositories are cloned from the usual place by somebody outside the few who read them"},
			"own_network", 8, false, chooseOutsider, takeJewel},
		{Attack{impossibleTravel, "LAPSUS$, 2022: bought sessions used from elsewhere while their owners worked",
			"some of a person's own repositories are cloned from another continent within an hour of his or her own work"},
			"within_the_hour", 8, false, haunt, appearAbroad},
	}
}

// attacksOnFleets are those that use a machine, an app, or many accounts.
func attacksOnFleets() []scheme {
	return []scheme{
		{Attack{machineToken, "CircleCI, December 2022 to January 2023, and TeamCity (AA23-347A): tokens of build systems",
			"a build server's token clones repositories it never built, from a hosting network"},
			"build_farm", 2, false, stealBuildToken, leaveTheSet},
		{Attack{oauthApp, "Heroku and Travis CI, April 2022: an app's tokens for its users, stolen together",
			"the review app's tokens of many people clone repositories they never used, from one hosting address, within two days"},
			"one_address", 2, false, stealAppTokens, shiftTogether},
		{Attack{credentialSpray, "Snowflake's customers, 2024: many accounts' credentials from stealer logs, used from few places",
			"a few repositories each from a number of accounts, with one odd client, from one /24, over three days"},
			"one_slash24", 3, false, buyLogs, takeTurns},
		{Attack{archiveTheft, "Cloudflare, 14 to 24 November 2023: a service account nobody had rotated viewed 120 repositories and archived 76",
			"a service account reads files of many repositories and downloads their archives through the API, from a hosting network"},
			"service_account", 2, false, borrowService, archive},
	}
}
