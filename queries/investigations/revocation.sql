-- How a kind of credential is revoked on a forge, and how pressing its kind is.
--
-- Scalar macros. Sources: GitHub, "Credential types" and "Credential revocation
-- API"; GitLab, "Credentials inventory" (THREATS 2); of the others their own
-- manuals, from memory and not tried: Bitbucket "HTTP access tokens", AWS IAM,
-- Teleport "Locks", Gerrit REST "accounts", gitolite "keydir".
CREATE OR REPLACE MACRO investigate.revocation(forge, kind) AS
    CASE forge || ' ' || kind
        WHEN 'github pat' THEN 'who holds the raw value revokes it (REST: POST /credentials/revoke); else remove its SSO authorisation, or the member; owners cannot list classic tokens'
        WHEN 'github fine_grained_pat' THEN 'an organisation owner revokes its access (Settings > Personal access tokens > Active tokens)'
        WHEN 'github oauth' THEN 'revoke the grant with the raw value (REST: POST /credentials/revoke), or block the app for the organisation'
        WHEN 'github app_token' THEN 'suspend the installation and rotate the app''s private key; the tokens themselves end within the hour'
        WHEN 'github app_user_token' THEN 'revoke the person''s authorisation of the app, or block the app for the organisation'
        WHEN 'github ssh_key' THEN 'the person or an enterprise administrator deletes the key, or removes its SSO authorisation'
        WHEN 'github deploy_key' THEN 'delete it in each repository (Settings > Deploy keys)'
        WHEN 'github none' THEN 'sign the person out of all sessions and reset the password and second factor'
        WHEN 'gitlab pat' THEN 'an administrator revokes it in the credentials inventory; else its owner'
        WHEN 'gitlab ssh_key' THEN 'an administrator deletes it in the credentials inventory; else its owner'
        WHEN 'gitlab deploy_token' THEN 'a maintainer revokes it (Settings > Repository > Deploy tokens)'
        WHEN 'gitlab deploy_key' THEN 'an administrator removes it (Admin > Deploy keys), which takes it from every project'
        WHEN 'gitlab unknown' THEN 'GitLab logs no kind: an administrator revokes the account''s tokens in the credentials inventory, and resets its password'
        WHEN 'bitbucket pat' THEN 'its owner or an administrator revokes it (Manage account > HTTP access tokens)'
        WHEN 'bitbucket deploy_token' THEN 'an administrator of the project or repository revokes it (settings > HTTP access tokens)'
        WHEN 'bitbucket ssh_key' THEN 'its owner or an administrator deletes it (Manage account > SSH keys; of a repository: settings > Access keys)'
        WHEN 'aws iam_key' THEN 'deactivate and delete the access key in IAM; of a role also revoke its sessions (Revoke active sessions)'
        WHEN 'teleport ssh_key' THEN 'lock the user (tctl lock --user=...): its certificates are short-lived and have no list'
        WHEN 'gerrit ssh_key' THEN 'delete the key of the account (REST: DELETE /accounts/ID/sshkeys/N), or set the account inactive'
        WHEN 'gerrit password' THEN 'delete its HTTP password (REST: DELETE /accounts/ID/password.http), or set the account inactive'
        WHEN 'gitolite ssh_key' THEN 'take the key out of keydir of gitolite-admin and push'
        ELSE CASE kind
            WHEN 'deploy_key' THEN 'remove the key from each repository that has it'
            WHEN 'ssh_key' THEN 'remove the key from the account at the host'
            WHEN 'password' THEN 'reset the password and sign out all sessions'
            WHEN 'none' THEN 'sign out all sessions of the account and reset its password'
            ELSE 'ask the administrator of the host to revoke it, or lock the account'
        END
    END;

-- Whether a kind of credential ends by itself: within an hour (app_token) or
-- eight (app_user_token); all others live until somebody ends them.
CREATE OR REPLACE MACRO investigate.short_lived(kind) AS kind IN ('app_token', 'app_user_token');
