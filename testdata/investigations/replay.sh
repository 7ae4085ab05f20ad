# For the replays of testdata/script/incident: an organisation that goes about
# its work, and records to be added to its log. To be sourced.

# organisation DAYS PEOPLE REPOSITORIES EVENTS makes one from 2025-03-03 on, with
# nothing planted in it, and a configuration that reads its log and attack.ndjson.
organisation() {
	midwatch simulate --out . --from 2025-03-03 --days "$1" --warm-up 30 --people "$2" --repositories "$3" --events "$4" --no-attacks > /dev/null
	gzip -d events.ndjson.gz
	cat >> netinfo.csv <<-NETWORKS
		203.0.113.0/24,64500,Cheap Servers,SG,hosting
		198.51.100.0/24,64501,Other Servers,NL,hosting
		192.0.2.0/24,64502,Home Access,US,isp
	NETWORKS
	cat > midwatch.yaml <<-CONFIG
		sources:
		  - {name: acme, kind: files, format: github, paths: [events.ndjson, attack.ndjson]}
		enrich: {networks: netinfo.csv}
	CONFIG
	: > attack.ndjson
}

# repositories prints the private repositories of the log, in order.
repositories() {
	grep -o '"repo":"[^"]*","repository":"[^"]*","repository_id":[0-9]*,"repository_public":false' events.ndjson | cut -d'"' -f4 | sort -u
}

# record SECONDS ACTION ACTOR REPOSITORY ADDRESS COUNTRY CLIENT ACCESS TOKEN [MORE]
# adds a record; SECONDS are since 1970 UTC, MORE is JSON that begins with a comma.
record() {
	n=$((${n:-0} + 1))
	printf '{"@timestamp":%s000,"_document_id":"added-%06d","action":"%s","actor":"%s","repo":"%s","org":"northwind-labs","repository_public":false,"actor_ip":"%s","actor_location":{"country_code":"%s"},"user_agent":"%s","programmatic_access_type":"%s","hashed_token":"%s","transport_protocol_name":"http"%s}\n' \
		"$1" "$n" "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9" "${10:-}" >> attack.ndjson
}

# at TIME prints a UTC time in seconds since 1970.
at() { date -u -d "$1" +%s; }

# rank IDENTITY prints the rank of an identity in the newest findings.csv, or
# nothing where it is not listed.
rank() {
	midwatch sql --format csv -c "SELECT min(rank) FROM assessment WHERE identity = 'github:$1' AND listed AND night = (SELECT max(night) FROM scored_night)" | tail -1
}
