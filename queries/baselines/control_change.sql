-- What kind of control-plane change a host's own word for it is.
--
-- Scalar macro; NULL for what is none of these. Names from GitHub's "Audit log
-- events for your enterprise" and GitLab's "Audit event types".
CREATE OR REPLACE MACRO baseline.control_change(native_action) AS
    CASE
        WHEN regexp_matches(native_action, '^audit_log_streaming\.destroy$|\.disable_source_ip_disclosure$|^(destroy|deleted?)_.*event_streaming_destination$|_(cloud_logging|s3)_configuration_deleted$')
            THEN 'logging silenced'
        WHEN regexp_matches(native_action, '^audit_log_streaming\.create$|\.enable_source_ip_disclosure$|^created?_.*event_streaming_destination$|_(cloud_logging|s3)_configuration_created$')
            THEN 'logging set up'
        WHEN regexp_matches(native_action, '^audit_log_streaming\.update$|^updated?_.*event_streaming_destination$|_(cloud_logging|s3)_configuration_updated$')
            THEN 'logging changed'
        WHEN regexp_matches(native_action, '^(personal_access_token\.(access_granted|request_approved)|oauth_(access|authorization)\.create|org_credential_authorization\.grant|integration_installation\.create)$|_access_token_created$|^deploy_token_created$')
            THEN 'token granted'
        WHEN regexp_matches(native_action, '^(public_key|deploy_key|ssh_certificate_authority)\.create$|^(add_ssh_key|deploy_key_added)$')
            THEN 'key added'
        WHEN regexp_matches(native_action, '^(org|team|repo|business|enterprise)\.(add_(member|outside_collaborator|admin|repository|organization)|invite_(member|admin)|update_member)$|^(member_created|user_created|member_updated)$')
            THEN 'member added'
        WHEN regexp_matches(native_action, '^repo\.(access|change_visibility|transfer)$|^(project|group)_visibility_level_updated$')
            THEN 'visibility changed'
        WHEN regexp_matches(native_action, '^hook\.create$|^(webhook_created)$') THEN 'webhook added'
    END;
