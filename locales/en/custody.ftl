# Custody of seals: applying, registering, holders, signing queue and ledger of uses.
# dynamic: custody-kind-
custody-kind-approval = Approval seal
custody-kind-note-approval = On decisions and notices
custody-kind-licence = Licence seal
custody-kind-note-licence = On electronic licences
custody-kind-official = Official seal
custody-kind-note-official = Level 1: two holders unlock it together
custody-kind-finance = Finance seal
custody-kind-note-finance = On receipts and accounts; oval
custody-kind-person = Name seal
custody-kind-note-person = Level 1; a square with a name
# dynamic: custody-status-
custody-status-applied = Applied for
custody-status-returned = Returned
custody-status-approved = Approved, being made
custody-status-made = Made, to be registered
custody-status-registered = Registered, not yet used
custody-status-in-use = In use
custody-status-suspended = Suspended
custody-status-renewed = Renewed
custody-status-destroyed = Destroyed
# dynamic: custody-do-
custody-do-apply = Apply again
custody-do-note-apply = Put right, it goes to the registrar again.
custody-do-approve = Approve
custody-do-note-approve = Once approved, the seal is made.
custody-do-return = Return
custody-do-note-return = It goes back to the unit, with the reason.
custody-do-make = Make
custody-do-note-make = The maker makes it.
custody-do-register = Register
custody-do-note-register = Check what was made; the unit may use it then.
custody-do-enable = Put to use
custody-do-note-enable = It may seal from now on. A seal it replaces ends with its key.
custody-do-suspend = Suspend
custody-do-note-suspend = Sealing stops at once. Papers wait in the queue.
custody-do-resume = Resume
custody-do-note-resume = Papers that wait are sealed then.
custody-do-renew = Renew
custody-do-note-renew = Happens when the new seal is put to use.
custody-do-destroy = End and destroy key
custody-do-note-destroy = For good: the key is destroyed, the certificate revoked.
# dynamic: custody-done-
custody-done-apply = Applied: the registrar looks at it now
custody-done-approve = Approved: the seal is being made
custody-done-return = Returned to the unit
custody-done-make = Made
custody-done-register = Registered: the unit may put it to use
custody-done-enable = In use now
custody-done-suspend = Suspended
custody-done-resume = In use again
custody-done-renew = Renewed
custody-done-destroy = Ended; the key is destroyed
# dynamic: custody-level-
custody-level-1 = Level 1 (unlocked by two)
custody-level-2 = Level 2 (sealed on a decision)
# dynamic: custody-view-
custody-view-unit = Seals of the unit
custody-view-held = Seals I hold
custody-view-to-do = Waiting for me
custody-view-all = All seals
# dynamic: custody-request-
custody-request-waiting = Waiting
custody-request-done = Sealed
custody-request-refused = Not sealed
# dynamic: custody-why-
custody-why-seal-none = The unit has no such seal
custody-why-seal-coming = The seal is on its way
custody-why-seal-suspended = The seal is suspended
custody-why-seal-expired = The seal has expired
custody-why-seal-no-holder = Nobody holds the seal now
custody-why-seal-locked = Two holders must unlock it
custody-why-seal-hour-full = The limit of this hour is reached
custody-why-seal-not-ordered = No decision orders it
custody-why-seal-used-already = It carries this seal already
custody-why-seal-order-spent = The decision has ordered enough papers
custody-why-seal-document-changed = Not the document that was approved
# dynamic: custody-kept-
custody-kept-name = Holder named
custody-kept-end = Holding ended
custody-kept-delegate = Delegated
custody-kept-limit = Limit set
custody-kept-unlock = Unlocked; yours lasts 30 minutes
custody-kept-lock = Locked again

custody-nav-seals = Seals
custody-nav-queue = Signing queue
custody-nav-uses = Ledger of uses
custody-list-title = Electronic seals
custody-views = Views
custody-list-none = No seals here
custody-list-none-text = Seals applied for, approved and in use stand here.
custody-order = Newest first
custody-col-name = Seal
custody-col-kind = Kind
custody-col-state = State
custody-col-until = Until
custody-col-no = Number
custody-col-paper = Paper
custody-col-hash = Digest (first 16)
custody-col-approver = On whose decision
custody-col-asked = Asked for
custody-col-when = Sealed at
custody-who-staff = Staff no. { $no }
custody-who-applicant = Applicant
custody-who-house = The platform
custody-apply-title = Apply for a seal
custody-renew-title = Apply to renew
custody-renew-note = A new seal takes its place; apply before it expires.
custody-apply-way = How this goes
custody-apply-way-text = The registrar looks at it; once approved it is made and registered, and your unit puts it to use. Nobody approves what he asked for.
custody-apply-line = Line on the seal
custody-apply-line-hint = At most 16 letters; the usual name if empty. On a name seal: the name.
custody-apply-basis = Basis
custody-apply-basis-hint = Name the document, its number or the rules on seals.
custody-apply-do = Apply
custody-leave = Back
custody-row-unit = Unit
custody-row-kind = Kind
custody-row-level = Level
custody-row-until = Until
custody-row-basis = Basis
custody-row-why = Reason
custody-row-replaces = Takes the place of
custody-row-applied = Applied for by
custody-row-approved = Approved by
custody-row-certificate = Certificate
custody-row-serial = Serial number
custody-row-bytes = Seal data (bytes)
custody-picture = Picture of the seal: { $name }
custody-sandbox = Made by the sandbox: a sample without legal force
custody-no-ways = Nothing for you to do now
custody-ways = What you may do
custody-go = Go
custody-happened = What happened
custody-back = Back to the seals
custody-stale = Somebody has just changed this seal
custody-stale-text = Look at its state now, then decide.
custody-reason = Reason
custody-reason-hint = 4 to 500 letters; they are kept on record.
custody-last = Last 4 of the number
custody-last-hint = Copy them from the number above, against slips.
custody-keeping-title = Custody
custody-keeping-note = Holders, terms, limit per hour, unlocking by two.
custody-ready = It may seal now
custody-holders = Holders
custody-holders-none = Nobody holds it yet
custody-holders-none-text = It seals once the head of the unit has named a holder.
custody-holder = Holder
custody-how = How
custody-do = Do
custody-how-named = Named by the head
custody-how-delegated = Delegated
custody-holder-runs = Holds it
custody-holder-ended = Ended
custody-holder-over = Not in term
custody-unlocked-until = Unlocked until { $time }
custody-end = End
custody-nothing = Nothing to do
custody-unlock = Unlock
custody-unlock-text = A level-1 seal opens when two holders have unlocked it; each lasts 30 minutes.
custody-code = Authenticator code
custody-code-hint = Six digits of your authenticator; each counts once.
custody-unlock-do = Unlock the seal
custody-lock-do = Lock it now
custody-name = Name a holder
custody-keepers-none = Nobody else of the unit may hold it.
custody-choose = Choose
custody-days = Days
custody-days-hint = 1 to 1095 days.
custody-name-do = Name
custody-limit = Limit per hour
custody-per-hour = Papers an hour at most
custody-per-hour-hint = 0 lifts it. Papers beyond it wait for the next hour.
custody-limit-do = Set the limit
custody-delegate = Delegate
custody-delegate-text = While you are away a colleague may hold it; it ends by itself.
custody-delegate-hint = 1 to 30 days, within your own term.
custody-delegate-do = Delegate
custody-back-seal = Back to the seal
custody-queue-title = Signing queue
custody-queue-none = No papers to seal
custody-queue-none-text = Papers ordered by decisions stand here.
custody-uses-title = Ledger of uses
custody-uses-none = Nothing sealed yet
custody-uses-none-text = Every use stands here, and the head of the unit is told.
custody-unseen-text = One notice for each use. Please confirm when you have seen them.
custody-seen-do = I have seen these
custody-fresh = New
custody-waiting = { $n ->
    [one] { $n } paper waits for a seal
   *[other] { $n } papers wait for a seal
}
custody-unseen = { $n ->
    [one] { $n } use you have not seen
   *[other] { $n } uses you have not seen
}
custody-lately = { $n ->
    [one] { $n } time in the last hour
   *[other] { $n } times in the last hour
}
custody-waiting-why = { $why }. The papers go on by themselves then.
