//! SQL of the sessions.

store::sql! {
    /// A new session.
    ADD = "INSERT INTO web_session (id, token_hash, owner, principal, created_at, seen_at) \
           VALUES ($1, $2, $3, $4, $5, $5)";
    /// The session of a token.
    FIND = "SELECT id, principal, created_at, seen_at, locked_at FROM web_session WHERE token_hash = $1";
    /// Last use.
    SEEN = "UPDATE web_session SET seen_at = $2 WHERE id = $1 AND locked_at = 0";
    /// Locks an open session.
    LOCK = "UPDATE web_session SET locked_at = $2, unlock_tries = 0 WHERE id = $1 AND locked_at = 0";
    /// Counts a try to unlock, up to so many.
    TRY = "UPDATE web_session SET unlock_tries = unlock_tries + 1 WHERE id = $1 AND unlock_tries < $2";
    /// Opens a locked session.
    OPEN = "UPDATE web_session SET locked_at = 0, unlock_tries = 0, seen_at = $2 WHERE id = $1";
    /// How a session stands.
    STANDS = "SELECT seen_at, locked_at, unlock_tries FROM web_session WHERE id = $1";
    /// The sessions of an owner, newest first.
    OF_OWNER = "SELECT id, created_at, seen_at, locked_at FROM web_session WHERE owner = $1 \
                ORDER BY id DESC LIMIT 20";
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
    /// Keeps a form for its sender.
    HOLD = "INSERT INTO held_form (id, owner, body, held_at, shown_at) VALUES ($1, $2, $3, $4, 0)";
    /// The form kept for an owner.
    HELD = "SELECT id, body, held_at, shown_at FROM held_form WHERE owner = $1";
    /// It was shown to its sender.
    SHOWN = "UPDATE held_form SET shown_at = $2 WHERE id = $1";
    /// Forgets the form kept for an owner.
    DROP_HELD = "DELETE FROM held_form WHERE owner = $1";
    /// Forgets forms that nobody came back for.
    SWEEP_HELD = "DELETE FROM held_form WHERE held_at < $1";
}
