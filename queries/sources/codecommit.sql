-- AWS CodeCommit in CloudTrail files: GitPull, GitPush and reads of files.
--
-- records: json
-- recognised by: eventSource, eventName or Records
-- says: who by ARN, access key by id, address, client, repository, that nothing was moved, shallow
-- never says: clone apart from fetch, bytes
-- source: AWS "Logging AWS CodeCommit API calls with AWS CloudTrail"; FORMATS 4
--
-- A CloudTrail file is one object with a list of records; a single record a line is
-- read too. Events of other services are ignored. A push leaves two GitPush, the
-- first of which moved nothing and is ignored. Reads landed(record JSON).
WITH one AS (
    SELECT unnest(CASE WHEN json_type(record, '$.Records') = 'ARRAY' THEN json_extract(record, '$.Records[*]') ELSE [record] END) AS record FROM landed
),
fields AS (
    SELECT record, from_json(record, '{
        "eventTime": "VARCHAR", "eventSource": "VARCHAR", "eventName": "VARCHAR", "eventID": "VARCHAR", "awsRegion": "VARCHAR", "sourceIPAddress": "VARCHAR",
        "userAgent": "VARCHAR", "errorCode": "VARCHAR", "requestID": "VARCHAR", "recipientAccountId": "VARCHAR", "userIdentity": "JSON", "requestParameters": "JSON", "additionalEventData": "JSON", "resources": "JSON"}') AS f
    FROM one
),
named AS (
    SELECT
        record, f, utc_time(f.eventTime) AS occurred_at, f.eventName AS native_action,
        json_extract_string(f.userIdentity, '$.arn') AS arn, json_extract_string(f.userIdentity, '$.type') AS type,
        json_extract_string(f.userIdentity, '$.accessKeyId') AS key,
        -- A person of IAM Identity Center has no ARN of his own (CloudTrail userIdentity element, onBehalfOf).
        json_extract_string(f.userIdentity, '$.onBehalfOf.userId') AS behalf,
        coalesce(json_extract_string(f.userIdentity, '$.userName'), json_extract_string(f.userIdentity, '$.sessionContext.sessionIssuer.userName')) AS person,
        lower(coalesce(
            nullif(regexp_replace(json_extract_string(f.resources, '$[0].ARN'), '^arn:aws[a-z-]*:codecommit:([^:]*):([^:]*):(.*)$', '\2/\1/\3'), json_extract_string(f.resources, '$[0].ARN')),
            CASE WHEN json_extract_string(f.requestParameters, '$.repositoryName') IS NOT NULL OR json_extract_string(f.additionalEventData, '$.repositoryName') IS NOT NULL THEN concat_ws('/', f.recipientAccountId, f.awsRegion,
                coalesce(json_extract_string(f.additionalEventData, '$.repositoryName'), json_extract_string(f.requestParameters, '$.repositoryName'))) END)) AS repository,
        json_extract_string(f.additionalEventData, '$.dataTransferred') AS moved,
        json_extract_string(f.additionalEventData, '$.shallow') AS shallow,
        json_extract_string(f.additionalEventData, '$.protocol') AS protocol
    FROM fields
),
meant AS (
    SELECT *, CASE
        WHEN f.eventSource <> 'codecommit.amazonaws.com' THEN NULL
        WHEN native_action = 'GitPull' THEN CASE WHEN moved = 'false' THEN 'ls_refs' ELSE 'read' END
        WHEN native_action = 'GitPush' THEN 'push'
        WHEN native_action = 'UploadArchive' THEN 'archive'
        WHEN native_action IN ('GetFile', 'GetBlob', 'GetFolder', 'GetDifferences', 'GetCommit', 'BatchGetCommits') THEN 'api_read'
    END AS action
    FROM named
)
SELECT
    CASE
        WHEN record IS NULL OR f.eventName IS NULL THEN 'event'
        WHEN f.eventSource IS DISTINCT FROM 'codecommit.amazonaws.com' THEN 'ignored'
        WHEN action = 'push' AND moved = 'false' THEN 'ignored'
        WHEN action IS NOT NULL THEN 'event'
        WHEN regexp_matches(native_action, '^(Get|List|BatchGet|Describe|Evaluate|BatchDescribe)') THEN 'ignored'
        ELSE 'control'
    END AS record_class,
    -- The documentation's own examples have one id for several events.
    concat_ws(':', 'aws', f.eventID, native_action, moved) AS event_id,
    occurred_at,
    native_action,
    coalesce(action, 'other') AS action,
    CASE WHEN action = 'read' THEN 'inferred' ELSE 'reported' END AS action_basis,
    CASE WHEN f.errorCode IS NULL THEN 'ok' WHEN f.errorCode ILIKE '%denied%' OR f.errorCode ILIKE '%unauthorized%' THEN 'denied' WHEN f.errorCode ILIKE '%notexist%' OR f.errorCode ILIKE '%notfound%' THEN 'not_found' ELSE 'error' END AS outcome,
    'aws:' || lower(coalesce(CASE WHEN type = 'IdentityCenterUser' THEN 'identitycenter:' || behalf END, arn, 'identitycenter:' || behalf, concat_ws(':', 'unknown', coalesce(key, f.sourceIPAddress)))) AS identity,
    CASE WHEN type IN ('AssumedRole', 'AWSService', 'FederatedUser') THEN 'service' WHEN type IN ('IAMUser', 'Root', 'IdentityCenterUser') THEN 'human' ELSE 'unknown' END AS identity_kind,
    coalesce(person, '') AS identity_name,
    '' AS sso,
    coalesce(type, '') AS access_type,
    CASE WHEN key IS NULL THEN 'none' ELSE 'iam_key' END AS credential_kind,
    CASE WHEN type IN ('AssumedRole', 'AWSService') THEN 'app' ELSE 'personal' END AS family,
    -- Keys of assumed roles (ASIA) live for hours and would be new each time.
    CASE WHEN NOT starts_with(key, 'ASIA') THEN key END AS credential,
    coalesce(repository, '') AS repository,
    organisation(coalesce(repository, '')) AS org,
    NULL::BOOLEAN AS is_public,
    client_address(f.sourceIPAddress) AS ip,
    NULL::VARCHAR AS country,
    f.userAgent AS user_agent,
    lower(protocol) AS protocol,
    NULL::BIGINT AS bytes_out,
    NULL::BIGINT AS bytes_in,
    NULL::BIGINT AS objects,
    CASE WHEN action = 'ls_refs' THEN 'none' WHEN action = 'archive' THEN 'full' WHEN shallow = 'true' THEN 'shallow' ELSE 'unknown' END AS scope,
    f.requestID AS session_key,
    NULL::VARCHAR AS affected,
    CASE
        WHEN record IS NULL THEN 'not JSON'
        WHEN f.eventName IS NULL THEN 'field eventName: missing'
        WHEN f.eventSource IS DISTINCT FROM 'codecommit.amazonaws.com' OR (action IS NULL AND regexp_matches(native_action, '^(Get|List|BatchGet|Describe|Evaluate|BatchDescribe)')) THEN NULL
        WHEN occurred_at IS NULL THEN 'field eventTime: missing or not a time'
    END AS reason,
    record
FROM meant
