# Pages of the window and of approval (W03–W06, A01–A03).
# dynamic: cases-state- cases-ground- event-

desks-nav-window = To accept
desks-nav-officer = To decide
desks-nav-licences = Licences

desks-window-title = Waiting for acceptance
desks-officer-title = Waiting for a decision
desks-views = Views
desks-view-all = All
views-link = Save or manage filters
views-title = Saved filters
views-back = Back to the list
views-keep = Save this filter
views-name = Name
views-do-keep = Save
views-mine = Saved
views-none = None yet. Choose a filter in the list first, then save it.
views-what = { $shows }, service “{ $item }”
views-rename = Rename
views-drop = Delete
views-done-renamed = Renamed
views-done-dropped = Deleted
desks-view-mine = In my hands
desks-view-group = Not taken yet
desks-view-overdue = Overdue
desks-view-paused = Special procedure
desks-find-no = Case number
desks-find = Find
desks-find-item = Service
desks-find-item-hint = Name or pinyin initials, such as spjy
desks-filter = Filter
desks-find-none = No case has this number
desks-find-none-next = Please check the 20 digits; cases of other units cannot be found here.
desks-empty = Nothing to do now
desks-empty-next = New cases will line up here.
desks-order = By due day, the most urgent first
desks-col-left = Time left
desks-col-item = Service
desks-col-no = Number
desks-col-handler = Handled by
desks-me = You
desks-next = Next case
desks-claim = Take
desks-aside = Step aside
desks-release = Give back
desks-handover = Hand over
desks-do-handover = Hand over
desks-handover-to = To whom
desks-handover-to-hint = Colleagues of your unit with the same post
desks-handover-hint = Your colleague sees it in the list; it stands in the history of the case
desks-handover-nobody = Nobody else of your unit holds this post
desks-handover-nobody-next = Please tell the head of your unit.
desks-need-colleague = Choose a colleague
desks-handed = { $n } handed to you
desks-handed-line = from { $name }, { $at }
desks-handed-past = Handed over: { $from } to { $to }, { $reason }
desks-done-handed = Handed over; your colleague sees it in the list
desks-held-mine = In your hands since { $at }
desks-held-other = { $name } has this in hand since { $at }
desks-held-next = Wait until it is given back, or get in touch.

desks-left = { $n ->
    [one] { $n } working day left
   *[other] { $n } working days left
}
desks-left-today = Due today
desks-left-over = { $n ->
    [one] { $n } working day overdue
   *[other] { $n } working days overdue
}
desks-left-paused = Clock stopped
desks-short = { $n } d
desks-short-today = today
desks-short-over = { $n } d over
desks-short-special = special
desks-due-notice = Accept or not by { $day }
desks-due-promised = Promised { $promised }
desks-due-both = Promised { $promised }, by law { $law }

desks-applicant = Applicant
desks-person = Name
desks-number = Id no.
desks-agent = Agent
desks-phone = Phone
desks-submitted = Received
desks-reveal = See originals
desks-reveal-why = Purpose
desks-reveal-case = Handling this case
desks-reveal-identity = Checking identity
desks-reveal-contact = Contacting the applicant
desks-reveal-do = Show full numbers
desks-revealed = Full numbers shown; the purpose is recorded
err-desks-purpose = Please choose the purpose of seeing the originals
err-desks-purpose-next = It is recorded and the applicant can see it.

desks-queue = Cases in line
desks-before = Previous case
desks-after = Next in line
desks-form = Application
desks-sections = Sections
desks-answers = { $n ->
    [one] { $n } answer
   *[other] { $n } answers
}
desks-rows = { $n ->
    [one] { $n } entry
   *[other] { $n } entries
}
desks-and = , { "" }
desks-yes = Yes
desks-no = No
desks-blank = (blank)
desks-src-self = By the applicant
desks-src-edited = Changed by the applicant
desks-counts = { $shown } answers, { $prefilled } from departments
desks-checks = Automatic checks
desks-check-counts = { $pass } passed, { $look } to look at
desks-check-pass = Passed
desks-check-look = Look
desks-check-fail = Not met
desks-check-unknown = Unknown
desks-check-missing = { $name }: no data found, please check by hand
desks-check-rule = { $name }. Basis: { $basis }
desks-rule-no = Rule { $n }
desks-rules = Rules in full
desks-history = What happened
desks-documents = Documents
desks-making = A document is being made; refresh in a moment to download it
desks-conditions = Conditions of acceptance

desks-materials = Materials
desks-materials-go = Go there
desks-materials-all = All materials
desks-mat-got = { $got } of { $all } there
desks-mat-upload = Uploaded by the applicant
desks-mat-window = Seen at the window, see the intake lines
desks-mat-paper = Paper
desks-mat-licence = Electronic licence
desks-mat-register = Checked in a department's data
desks-mat-form = Made from the application
desks-mat-absent = Not needed in this case
desks-mat-optional = May be left out
desks-mat-missing = Not received yet
desks-mat-electronic = Electronic
desks-mat-spared = Spared
desks-mat-none = Not needed
desks-mat-open = Missing
desks-files = Uploaded files
desks-file-corrected = with the correction
desks-file-seen = Seen
desks-file-new = Not seen
desks-file-open = Open the file
desks-file-before = Previous file
desks-file-after = Next file
desks-file-apart = This file opens on its own.
desks-file-proof = { $name }, uploaded { $note }, content unchanged
desks-files-none = No uploaded files
desks-files-none-next = All materials come from departments, electronic licences or the application.

desks-accept = Accept
desks-see-notice = Read the notice
desks-correct = Ask for correction
desks-refuse = Do not accept
desks-nothing-here = { $state }: nothing to do here
desks-to-case = Back to the case
desks-gone-title = The case is now: { $state }. It is too late for “{ $act }”
desks-gone-text = Please go back to the case and see how it stands.
desks-gone-said = What you wrote was not sent; you can copy it
desks-last = Last step: { $who }, { $at }, { $what }
desks-by-platform = by the platform
desks-to-list = Back to the list
desks-correct-once = The applicant may be told once only: please be complete
desks-correct-until = Tick what is missing or wrong and say how to mend it. To be supplied by { $day }, else it counts as withdrawn.
desks-correct-why = How to mend: { $name }
desks-correct-what = Missing or wrong
desks-correct-hint = What is missing, how to mend it
desks-ground = Why it is not accepted
desks-reason = Reason
desks-disputes = Disputed by the applicant
desks-disputes-n = { $n } { $n ->
    [one] item
   *[other] items
} disputed by the applicant
desks-disputes-next = Compare both values, ask the department that keeps the record if needed, and say in your opinion which one you follow.
desks-dispute-yours = Applicant says
desks-dispute-papers = Evidence
desks-reason-hint = For the applicant to read: state the facts
desks-basis = Basis
desks-basis-hint = Name and clause of the law
desks-go-to = Which body to apply to
desks-go-to-hint = Required when another body is competent

desks-notice-title = Read before issuing
desks-notice-read = Not issued yet: please read it through
desks-notice-read-next = Once issued it is sealed and sent to the applicant and cannot be taken back.
desks-notice-back = Back to change
desks-do-accept = Accept and issue
desks-do-correct = Issue the notice of correction
desks-do-refuse = Issue the refusal to accept
desks-do-special = Start and issue
desks-do-extend = Extend and issue
desks-do-decide = Submit the decision
desks-licence-later = (numbered when the licence is made)

desks-decide = Decide
desks-grant = Grant
desks-deny = Deny
desks-opinion = Opinion
desks-phrase-complete = The application is complete and in due form.
desks-phrase-site = The site check found the requirements met.
desks-phrase-meets = The conditions are met; the licence is granted.
desks-phrase-lacks = The conditions are not met; the licence is denied.
desks-deny-facts = Reason and basis of a denial
desks-unread = { $n ->
    [one] { $n } file not seen yet; see it before deciding
   *[other] { $n } files not seen yet; see them before deciding
}
desks-follows = What follows
desks-follow-document = The decision is made out and sealed
desks-follow-licence = If granted, { $name } is issued, valid { $validity }
desks-follow-message = The applicant gets a message
desks-see-decision = Read the decision
desks-special = Special procedure
desks-extend = Extend the limit

desks-special-now = It begins when you submit; no earlier day can be entered
desks-special-now-next = The applicant gets a notice with the time needed.
desks-special-kind = Which one
desks-special-hint = To end by { $cap }; { $clock }.
desks-special-pauses = the time does not count
desks-special-runs = the time counts
desks-special-staff = At least { $n } people.
desks-special-team = People taking part
desks-special-team-hint = Staff numbers, separated by spaces
desks-special-since = Began
desks-special-until = Planned end
desks-special-until-hint = Left blank: the latest day
desks-special-questions = The record has to say
desks-special-result = Result
desks-special-result-hint = Time, people, what was seen, and the conclusion
desks-special-end = End the special procedure
desks-evidence = Evidence (optional)
desks-evidence-hint = PDF, JPG, PNG or OFD, at most 20 MB
desks-evidence-of = Evidence: { $name }
desks-extend-once = Once only, by no more than { $n } working days
desks-extend-days = How much longer
desks-workdays = working days

desks-need-reason = Please state the reason, 2 to 1,000 characters
desks-need-basis = Please state the clause of the law
desks-need-go-to = Please name the body to apply to
desks-need-opinion = Please keep the opinion within 1,000 characters
desks-need-result = Please state the result, 2 to 1,000 characters
desks-need-why = Please say what is missing and how to mend it
desks-need-ground = Please choose why it is not accepted
desks-need-decision = Please choose to grant or to deny
desks-need-planned = Please give a day that exists, such as 1 12 2026
desks-need-days = Please give the number of days

desks-done-accepted = Accepted; the notice is being made
desks-done-corrected = Correction asked for; the notice is being made
desks-done-refused = Not accepted; the notice is being made
desks-done-decided = Decision submitted; document and licence are being made
desks-done-special = The special procedure has begun
desks-done-ended = The special procedure has ended; the case goes on
desks-done-extended = Limit extended; the notice is being made
desks-done-none = No case is left to take
