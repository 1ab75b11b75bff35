//! The closed vocabulary: everything that can happen on a node. Words for people stand in the
//! locales under `event-<label>`.

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:ident = $label:literal,)*) => {
        /// What can happen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$name),*];

            /// Stable label, as stored.
            pub fn label(self) -> &'static str {
                match self { $(Kind::$name => $label),* }
            }
        }
    };
}

vocabulary! {
    /// An account was opened.
    AccountOpened = "account-opened",
    /// Somebody signed in.
    SignedIn = "signed-in",
    /// A sign-in was refused.
    SignInRefused = "sign-in-refused",
    /// Somebody signed out.
    SignedOut = "signed-out",
    /// A screen of staff was locked, by hand or because it lay idle.
    SessionLocked = "session-locked",
    /// A locked screen was opened again with the password.
    SessionUnlocked = "session-unlocked",
    /// A password was changed.
    PasswordChanged = "password-changed",
    /// A person was verified against the population register.
    RealNameVerified = "real-name-verified",
    /// Somebody came to a window in a person's name.
    PrincipalNamed = "principal-named",
    /// A person was received at a window by his card, because the register did not answer.
    IdentityByHand = "identity-by-hand",
    /// A person took over the account that a window had made for him.
    AccountTakenOver = "account-taken-over",
    /// A person began to act for an enterprise.
    ActingStarted = "acting-started",
    /// A person stopped acting for an enterprise.
    ActingEnded = "acting-ended",
    /// A member of staff was appointed.
    StaffAppointed = "staff-appointed",
    /// A member of staff lost a post.
    StaffDismissed = "staff-dismissed",
    /// A message was handed to the outside.
    MessageSent = "message-sent",
    /// Personal data was read for a purpose.
    DataRead = "data-read",
    /// A register was asked about a person.
    RegisterQueried = "register-queried",
    /// A version of an item was published.
    ItemPublished = "item-published",
    /// A version of a service pack was published.
    PackPublished = "pack-published",
    /// A catalogue was imported.
    CatalogueImported = "catalogue-imported",
    /// A draft was opened.
    DraftOpened = "draft-opened",
    /// A draft was thrown away.
    DraftDiscarded = "draft-discarded",
    /// A draft went over to a newer version of its item.
    DraftRenewed = "draft-renewed",
    /// A material was added.
    MaterialAdded = "material-added",
    /// Somebody was received at a window.
    IntakeOpened = "intake-opened",
    /// The matter of somebody at a window was found.
    IntakeItem = "intake-item",
    /// Somebody at a window agreed that registers are asked about him.
    ConsentGiven = "consent-given",
    /// A clerk looked at a paper at the window: original or copy.
    PaperSeen = "paper-seen",
    /// The applicant confirmed what was typed at the window.
    IntakeConfirmed = "intake-confirmed",
    /// The applicant said that what was typed at the window is not right.
    IntakeObjected = "intake-objected",
    /// Somebody at a window was told, once, everything that is missing.
    IntakeTold = "intake-told",
    /// The window is done with somebody.
    IntakeEnded = "intake-ended",
    /// A person took a file out of his own library.
    MaterialForgotten = "material-forgotten",
    /// The bytes of files that nothing names any more were destroyed.
    FilesDestroyed = "files-destroyed",
    /// A person says that a register is wrong about him (异议).
    DataDisputed = "data-disputed",
    /// A case was submitted.
    CaseSubmitted = "case-submitted",
    /// A case was accepted (受理).
    CaseAccepted = "case-accepted",
    /// A case counts as accepted because nobody answered in time (行政许可法 art. 32).
    CaseDeemedAccepted = "case-deemed-accepted",
    /// A case was not accepted (不予受理).
    CaseNotAccepted = "case-not-accepted",
    /// All missing items were told, once (一次告知).
    CorrectionRequested = "correction-requested",
    /// The applicant supplied what was missing.
    CorrectionSupplied = "correction-supplied",
    /// A member of staff took a case.
    CaseClaimed = "case-claimed",
    /// A member of staff gave a case back.
    CaseReleased = "case-released",
    /// A case was handed to a colleague.
    CaseHandedOver = "case-handed-over",
    /// A member of staff kept, renamed or dropped a filter of his list.
    ViewKept = "view-kept",
    /// A special procedure began; the clock stands.
    SpecialStarted = "special-started",
    /// A special procedure ended; the clock runs.
    SpecialEnded = "special-ended",
    /// The time limit was extended, once.
    CaseExtended = "case-extended",
    /// A permit was granted.
    CaseGranted = "case-granted",
    /// A permit was denied.
    CaseDenied = "case-denied",
    /// The applicant withdrew.
    CaseWithdrawn = "case-withdrawn",
    /// A case was closed (办结).
    CaseClosed = "case-closed",
    /// A document was made and sealed.
    DocumentIssued = "document-issued",
    /// A licence was issued.
    LicenceIssued = "licence-issued",
    /// A licence was suspended.
    LicenceSuspended = "licence-suspended",
    /// A suspended licence is in force again.
    LicenceRestored = "licence-restored",
    /// A licence was revoked because granting it was unlawful (撤销).
    LicenceRevoked = "licence-revoked",
    /// A licence went over to another authority (转出).
    LicenceTransferred = "licence-transferred",
    /// A licence was closed administratively (注销).
    LicenceCancelled = "licence-cancelled",
    /// A licence type was begun or its draft saved.
    LicenceTypeDrafted = "licence-type-drafted",
    /// A draft of a licence type was handed in for a second person.
    LicenceTypeOffered = "licence-type-offered",
    /// A version of a licence type was put in use.
    LicenceTypePublished = "licence-type-published",
    /// An offered version of a licence type was handed back.
    LicenceTypeReturned = "licence-type-returned",
    /// A draft of a licence type was thrown away.
    LicenceTypeDropped = "licence-type-dropped",
    /// Licences to be issued at the desk were read and checked.
    IssuePrepared = "issue-prepared",
    /// They were handed in for a second person.
    IssueOffered = "issue-offered",
    /// A second person approved them.
    IssueApproved = "issue-approved",
    /// A second person refused them.
    IssueRefused = "issue-refused",
    /// They were given up by whoever prepared them.
    IssueDropped = "issue-dropped",
    /// What could not be made is tried again.
    IssueResumed = "issue-resumed",
    /// One licence of approved ones is ordered; stands in its row's record.
    LicenceOrdered = "licence-ordered",
    /// It was made and is in force.
    LicenceMade = "licence-made",
    /// It could not be made.
    LicenceNotMade = "licence-not-made",
    /// A holder showed a licence.
    LicenceShown = "licence-shown",
    /// A shown licence was redeemed by a verifier.
    LicenceVerified = "licence-verified",
    /// A licence took the place of a paper in a case (免证办); stands in the case's record.
    LicenceUsed = "licence-used",
    /// The same, in the licence's own record.
    LicencePresented = "licence-presented",
    /// Another department's system was connected.
    SystemConnected = "system-connected",
    /// The terms of a connected system were changed.
    SystemChanged = "system-changed",
    /// A connected system got another secret.
    SystemSecretRenewed = "system-secret-renewed",
    /// A connected system was suspended.
    SystemSuspended = "system-suspended",
    /// A suspended system may ask again.
    SystemResumed = "system-resumed",
    /// A connection was ended.
    SystemEnded = "system-ended",
    /// A licence was told to another department's system, for a purpose.
    LicenceShared = "licence-shared",
    /// A question of another department's system was answered without anybody's data.
    SharingAnswered = "sharing-answered",
    /// A question of another department's system was refused.
    SharingRefused = "sharing-refused",
    /// An annotated copy of a licence was ordered (加注件).
    LicenceCopied = "licence-copied",
    /// Whoever made an annotated copy took it back.
    CopyRevoked = "copy-revoked",
    /// A holder allowed somebody to use a licence.
    GrantGiven = "grant-given",
    /// A holder took back what he had allowed.
    GrantRevoked = "grant-revoked",
    /// A seal was asked for.
    SealApplied = "seal-applied",
    /// An application for a seal was approved.
    SealApproved = "seal-approved",
    /// An application for a seal was returned.
    SealReturned = "seal-returned",
    /// A seal was made.
    SealMade = "seal-made",
    /// A seal was registered.
    SealRegistered = "seal-registered",
    /// A registered seal was put to use.
    SealEnabled = "seal-enabled",
    /// A seal was suspended.
    SealSuspended = "seal-suspended",
    /// A suspended seal is in use again.
    SealResumed = "seal-resumed",
    /// Another seal took the place of this one.
    SealRenewed = "seal-renewed",
    /// A seal ended and its key was destroyed.
    SealDestroyed = "seal-destroyed",
    /// Somebody was named to hold a seal, or it was delegated to him.
    SealHolderNamed = "seal-holder-named",
    /// Somebody holds a seal no more.
    SealHolderEnded = "seal-holder-ended",
    /// The limit of papers an hour of a seal was set.
    SealLimitSet = "seal-limit-set",
    /// A holder unlocked a seal.
    SealUnlocked = "seal-unlocked",
    /// A seal was locked again.
    SealLocked = "seal-locked",
    /// A paper waits for its seal.
    SealAwaited = "seal-awaited",
    /// A paper was not sealed.
    SealRefused = "seal-refused",
    /// A seal was put on a document.
    SealUsed = "seal-used",
    /// The head of a unit looked at what was sealed.
    SealUsesSeen = "seal-uses-seen",
    /// The applicant of a finished case was invited to rate it.
    RatingInvited = "rating-invited",
    /// A rating was given.
    RatingGiven = "rating-given",
    /// The node started.
    NodeStarted = "node-started",
    /// A snapshot of the node was put into a backup folder.
    NodeBackedUp = "node-backed-up",
    /// The node was brought back from a snapshot.
    NodeRestored = "node-restored",
    /// A data key was replaced.
    KeyRotated = "key-rotated",
}
