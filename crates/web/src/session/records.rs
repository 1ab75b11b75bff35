//! SQL of the sessions.

store::sql! {
    /// A new session.
    ADD = "INSERT INTO web_session (id, token_hash, owner, principal, created_at, seen_at) \
           VALUES ($1, $2, $3, $4, $5, $5)";
    /// The session of a token.
    FIND = "SELECT id, owner, principal, created_at, seen_at FROM web_session WHERE token_hash = $1";
    /// Last use.
    SEEN = "UPDATE web_session SET seen_at = $2 WHERE id = $1";
    /// Changes what the session says (level raised, acting for somebody).
    CHANGE = "UPDATE web_session SET principal = $2 WHERE id = $1";
    /// Ends one session.
    END = "DELETE FROM web_session WHERE id = $1";
    /// Ends the oldest sessions of an owner, keeping the newest $2.
    END_OLD = "DELETE FROM web_session WHERE owner = $1 AND id NOT IN (SELECT id FROM web_session \
               WHERE owner = $1 ORDER BY id DESC LIMIT $2)";
    /// Ends every session of an owner.
    END_ALL = "DELETE FROM web_session WHERE owner = $1";
    /// Forgets sessions not used since.
    SWEEP = "DELETE FROM web_session WHERE seen_at < $1";
}
