package analyzer

// Ingredient names one part of the model that an ablation can leave out. The
// names follow the table of the model's specification, one row each.
type Ingredient string

// The ingredients of the model.
const (
	// IngredientContext is the whole context of a session: network, client and
	// credential.
	IngredientContext Ingredient = "context"
	// IngredientNetwork is the network of a session.
	IngredientNetwork Ingredient = "network"
	// IngredientClient is the client (agent) of a session.
	IngredientClient Ingredient = "client"
	// IngredientCredential is the credential of a session.
	IngredientCredential Ingredient = "credential"
	// IngredientHostedApps is the discount for hosted apps that act for many people from
	// networks of their own.
	IngredientHostedApps Ingredient = "hosted apps"
	// IngredientSessionJoin is that context and repositories must meet in one session.
	IngredientSessionJoin Ingredient = "session join"
	// IngredientHowMany is the calibrated count of new repositories.
	IngredientHowMany Ingredient = "how many"
	// IngredientWhich is the surprise of which repositories are new.
	IngredientWhich Ingredient = "which"
	// IngredientStranger is the whole night as evidence of somebody else at work.
	IngredientStranger Ingredient = "stranger"
	// IngredientSuspicion is that nights like somebody else's add up.
	IngredientSuspicion Ingredient = "suspicion"
	// IngredientJewel is the jewel hypothesis.
	IngredientJewel Ingredient = "jewel"
	// IngredientTwoCountries is presence in two countries at once.
	IngredientTwoCountries Ingredient = "two countries"
	// IngredientWork is whether ordinary work goes on in an unusual context.
	IngredientWork Ingredient = "ordinary work"
	// IngredientGoesOn is that what is gone on with afterwards was no theft.
	IngredientGoesOn Ingredient = "goes on"
	// IngredientReaders is that readers who never write make a repository open.
	IngredientReaders Ingredient = "readers"
	// IngredientAnswers is that machines answer to pushes.
	IngredientAnswers Ingredient = "answers"
	// IngredientTrust is that what is listed teaches little of what is normal.
	IngredientTrust Ingredient = "trust"
	// IngredientDormancy is the return after an unusual gap.
	IngredientDormancy Ingredient = "dormancy"
	// IngredientLowAndSlow is the window of 7 and 21 nights.
	IngredientLowAndSlow Ingredient = "low and slow"
	// IngredientCarry is the weight carried over from earlier nights.
	IngredientCarry Ingredient = "carry"
	// IngredientLink is the weight of others on a shared network or client.
	IngredientLink Ingredient = "link"
	// IngredientCap is the cap on what was reported before.
	IngredientCap Ingredient = "cap"
	// IngredientInsider is the insider hypothesis.
	IngredientInsider Ingredient = "insider"
	// IngredientMachineOffset is the constant that machines start from.
	IngredientMachineOffset Ingredient = "machine offset"
	// IngredientJoinerWeight is the stronger "which" for new identities.
	IngredientJoinerWeight Ingredient = "joiner weight"
	// IngredientTenureShrink is the smaller weight of context for new identities.
	IngredientTenureShrink Ingredient = "tenure shrink"
	// IngredientHour is the hour of the day.
	IngredientHour Ingredient = "hour"
	// IngredientCopies is the copying of repositories already known.
	IngredientCopies Ingredient = "copies"
	// IngredientHoard is the hoard hypothesis.
	IngredientHoard Ingredient = "hoard"
	// IngredientPush is that a session which wrote is rarely a theft.
	IngredientPush Ingredient = "push"
	// IngredientHosting is the kind of network: hosting weighs more, mobile less.
	IngredientHosting Ingredient = "hosting"
	// IngredientClientNetworks is a well-known client on a network it never used.
	IngredientClientNetworks Ingredient = "client networks"
	// IngredientRareNetworks is that a network used on a few days is not yet one's own.
	IngredientRareNetworks Ingredient = "rare networks"
	// IngredientFleet is the discount for a fleet that moves.
	IngredientFleet Ingredient = "fleet"
	// IngredientPeers is the walk over people who share repositories.
	IngredientPeers Ingredient = "peers"
	// IngredientOpenness is how open a repository has been to outsiders.
	IngredientOpenness Ingredient = "openness"
	// IngredientAbsorption is that shared newcomers explain one another.
	IngredientAbsorption Ingredient = "absorption"
	// IngredientKind is that machines are told from people.
	IngredientKind Ingredient = "kind"
	// IngredientLag is that a baseline ends a week before the night judged.
	IngredientLag Ingredient = "lag"
	// IngredientCoherence is that a joiner's new repositories hang together.
	IngredientCoherence Ingredient = "coherence"
)

// Ingredients lists every ingredient in the order of the documentation.
func Ingredients() []Ingredient {
	return []Ingredient{
		IngredientContext, IngredientNetwork, IngredientClient, IngredientCredential, IngredientHostedApps,
		IngredientSessionJoin, IngredientHowMany, IngredientWhich, IngredientStranger, IngredientSuspicion, IngredientJewel, IngredientTwoCountries, IngredientWork,
		IngredientGoesOn, IngredientReaders, IngredientAnswers, IngredientTrust,
		IngredientDormancy, IngredientLowAndSlow, IngredientCarry, IngredientLink, IngredientCap,
		IngredientInsider, IngredientMachineOffset, IngredientJoinerWeight, IngredientTenureShrink, IngredientHour,
		IngredientCopies, IngredientHoard, IngredientPush, IngredientHosting, IngredientClientNetworks,
		IngredientRareNetworks, IngredientFleet, IngredientPeers, IngredientOpenness, IngredientAbsorption,
		IngredientKind, IngredientLag, IngredientCoherence,
	}
}
