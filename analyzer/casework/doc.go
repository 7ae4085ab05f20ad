// Package casework keeps what belongs to an incident together and exports it as a
// pack of evidence: the records as received, the answers with their SQL, what could
// be seen and what not, and a SHA-256 of every file. It checks such a pack too.
package casework
