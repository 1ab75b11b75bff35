# Application pages: before you start, filling in, documents, check, sign and submit.
# dynamic: err- drafts-step- drafts-badge- notice-draft- drafts-deliver- drafts-address- drafts-dispute-
drafts-and = , {""}
drafts-then = ; {""}
drafts-yes = Yes
drafts-no = No
drafts-choose = Please choose
drafts-nothing = Not filled in
drafts-error = { $what }. { $next }
drafts-limit-instant = Decided at once
drafts-limit-workday = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
}
drafts-limit-day = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
drafts-visits = { $n ->
    [one] { $n } visit
   *[other] { $n } visits
}
drafts-minutes = About { $n } minutes
drafts-unit = { $name }, telephone { $phone }
drafts-src-day = as of { $day }
drafts-src-filled = filled in on { $day }

drafts-step-before = Before you start
drafts-step-own = Filled in by yourself, nothing looked up
drafts-step-consented = You agreed to { $n } look-ups
drafts-step-materials = Documents
drafts-step-delivery = How you get the result
drafts-step-review = Check and submit
drafts-step-of = Step { $now } of { $total }
drafts-step-fields = { $n ->
    [one] { $n } answer
   *[other] { $n } answers
}
drafts-step-fields-given = { $given } of { $n } answers filled in
drafts-step-uploads = { $n } to upload
drafts-step-nothing-to-upload = Nothing to upload

drafts-start-time = Time to fill in
drafts-start-limit = Promised time
drafts-start-fee = Fee
drafts-start-visits = Visits
drafts-start-who = In whose name
drafts-start-for-enterprise = For a business
drafts-start-switch = Switch to yourself or another business
drafts-start-begun = You began this on { $day }
drafts-start-go-on = Go on with it
drafts-start-begin = Start
drafts-start-materials = Documents
drafts-start-bring = { $n } to upload
drafts-start-bring-none = Nothing for you to upload
drafts-mat-spared = Not needed from you
drafts-mat-form = Made from the form
drafts-mat-upload = To upload
drafts-mat-sometimes = Only if it applies
drafts-mat-optional = Optional
drafts-mat-given = Uploaded
drafts-consent-title = What will be looked up
drafts-consent-lead = We look up only what you agree to, and fill it in for you. You may also fill in everything yourself.
drafts-consent-purpose = Purpose: { $text }
drafts-consent-basis = Legal basis: { $text }
drafts-consent-log = Every look-up is listed under “Who saw my data”.
drafts-consent-yes = Agree and start
drafts-consent-no = I fill it in myself

drafts-next = Save and continue
drafts-back = Back
drafts-later = Save, finish later
drafts-kept-until = Kept until { $day }; you can go on from any device
drafts-all-title = { $item }: please check
drafts-all-lead = Most of it is filled in. Please check, and complete what is empty.
drafts-more-title = A few more questions
drafts-more-text = Your answers bring up the questions below that are still empty.
drafts-old = { $what }: you filled this in on { $day }, more than half a year ago.
drafts-old-yes = I have looked; it is still so
drafts-old-error = Please look at what you filled in before: correct it or tick “it is still so”
drafts-review-confirm = Please confirm what you filled in before: { $name }
drafts-review-delivery = Please give an address, or choose a counter
drafts-newer = The rules of this item changed after you began
drafts-newer-text = The rules of the day you submit apply. Your answers are carried over; what is no longer asked is left out, what is new you are asked for.
drafts-newer-do = Go on under the new rules
err-draft-outdated = There is a new version of this item
err-draft-outdated-next = Please see what changed on the review page, then go on. Your answers are still there.
drafts-deliver = How you get the result
drafts-deliver-title = How would you like to get the result?
drafts-deliver-lead = The electronic one always comes to your space. For paper choose post or collection.
drafts-deliver-way = Delivery
drafts-deliver-electronic = Electronic
drafts-deliver-post = Paper by post
drafts-deliver-collect = Collect at a counter
drafts-deliver-hint-electronic = Can be shown from “My licences” as soon as it is issued
drafts-deliver-hint-post = Sent free of charge to your address
drafts-deliver-hint-collect = Bring your id card
drafts-deliver-where = Where to?
drafts-deliver-book = My addresses
drafts-deliver-new = To the new address below
drafts-deliver-to = Addressee
drafts-deliver-name = Name of the addressee
drafts-deliver-phone = Telephone
drafts-deliver-region = Region
drafts-deliver-region-hint = Province, city and district
drafts-deliver-street = Street address
drafts-deliver-street-hint = Street, number, building and room
drafts-deliver-address = Address
drafts-deliver-hours = Opening hours
drafts-deliver-window = Counter
drafts-deliver-remember = Keep it in my addresses for next time
drafts-deliver-tidy = Delete addresses I no longer use
drafts-deliver-not-yet = Not given yet
drafts-deliver-choose-window = Please choose a counter
drafts-deliver-now = What happens now
drafts-deliver-post-now = Staff post it by hand when it is ready and call you first. This site cannot follow a parcel yet.
drafts-deliver-collect-now = You get a message when it is ready; then bring your id card. Times cannot be booked online yet.
drafts-address-name = Please give the name of the addressee, at most 50 characters
drafts-address-phone = Please give a mobile number of 11 digits
drafts-address-region = Please give province, city and district
drafts-address-street = Please give street and number, at least 4 characters
err-address-many = You already keep { $most } addresses
err-address-many-next = Please delete one you no longer use, or do not keep this one.
drafts-disputed = Disputed information
drafts-disputed-yours = You say: { $value }
drafts-disputed-both = On record: { $held }; you say: { $value }
drafts-disputed-receipt = You disputed “{ $name }”. Staff will check it and tell you.
drafts-dispute-title = What is wrong with this information?
drafts-dispute-lead = What a department has on record cannot be edited here. Write down what is right; staff will see both.
drafts-dispute-yours = It should be
drafts-dispute-why = Why it is wrong
drafts-dispute-why-hint = For example: moved last month and not yet re-registered
drafts-dispute-paper = A paper that shows it (not required)
drafts-dispute-then = What follows
drafts-dispute-then-text = You can go on; nothing is returned because of this. A person checks it, which may take longer than an automatic decision. To correct the record itself, please ask the department that keeps it.
drafts-dispute-do = Dispute it
drafts-dispute-not = Take it back
drafts-dispute-value = Please write what is right, at most 200 characters
drafts-dispute-same = Please write something other than what is on record. If the record is right, go back
drafts-dispute-reason = Please say why, 4 to 500 characters
err-dispute-incomplete = The dispute is not complete
err-dispute-incomplete-next = Please write what is right and why.
notice-draft-week = A draft ends in a week: { $item }
notice-draft-week-text = Your half-filled “{ $item }” is kept until { $day }. To go on, please sign in and submit it before that day.
notice-draft-day = A draft ends tomorrow: { $item }
notice-draft-day-text = Your half-filled “{ $item }” is kept until { $day } and then deleted. To go on, please sign in soon.
drafts-why = Why we ask
drafts-badges = What the badges mean
drafts-badge-verified = From a department's records, verified
drafts-badge-licence = From your licence; you may change it
drafts-badge-reuse = From your last application; please check
drafts-badge-self = Filled in by you
drafts-badge-edited = Changed by you; the officer also sees what it was
drafts-badge-ocr = Read from a photo; please check each one
drafts-badge-missing = Not available now; fill it in, we compare later
drafts-badge-clerk = Filled in by the clerk for you
drafts-badge-proxy = Filled in by your agent
drafts-help = Get help
drafts-help-call = Call { $phone }, day and night
drafts-what-asked = What was looked up about me
drafts-wrong-text = These come from a department's records and cannot be edited here. Press “Not right?” beside the line, write what is right, and go on.
drafts-wrong-call = If you do not know which department, call { $phone }.
drafts-row = No. { $n }
drafts-row-add = Add another
drafts-row-drop = Remove
drafts-conflict-title = Another device changed these answers too
drafts-conflict-lead = Choose which to keep. Everything not listed is saved.
drafts-conflict-yours = Just filled in on this device
drafts-conflict-theirs = From the other device
drafts-conflict-again = Go back and look again

drafts-materials = Documents
drafts-materials-title = Please add the documents
drafts-materials-left = { $n } still to upload; the others need nothing from you.
drafts-materials-none-left = All documents are there.
drafts-mat-allowed = { $types }; up to { $mib } MB each, at most { $most }. A photo will do.
drafts-mat-upload-label = Upload document { $no }
drafts-mat-sample = Sample and common mistakes
drafts-mat-mistakes = Common mistakes:
drafts-mat-use = Use my { $name }
drafts-mat-drop = Remove
drafts-mat-keep = Upload and stay here
drafts-mat-busy = Uploading…
drafts-mat-missing = Please upload this document
drafts-mat-not-yet = Not uploaded yet
drafts-mat-from-form = Made from your answers
drafts-mat-help-title = A clear photo
drafts-mat-help-text = Flat, evenly lit, all four corners in the picture, every word readable.

drafts-review-title = Please check
drafts-review-lead = You apply for { $item } in the name of { $who }. Go on when everything is right.
drafts-review-own = Answers without a source are your own.
drafts-review-gaps = { $n ->
    [one] { $n } thing to complete or correct
   *[other] { $n } things to complete or correct
}
drafts-review-material = Please upload: { $name }
drafts-review-then = After you submit
drafts-review-due = Done by
drafts-review-due-text = If accepted today, { $day } at the latest
drafts-review-result = You will get
drafts-review-unit = Handled by
drafts-review-go = All correct, go on to sign
drafts-declare = Declaration and signature

drafts-sign-title = Read, then submit
drafts-sign-lead = The office takes it from here. You may withdraw until it decides.
drafts-sign-to = Application to { $dept }: { $item }. By submitting I confirm:
drafts-sign-true = What I hand in is true and complete, and I will tell of any change.
drafts-sign-told = I know the conditions, the documents and what follows from hiding facts.
drafts-sign-check = The office may verify my answers for this application.
drafts-sign-who = Applicant
drafts-sign-agent = Filed by
drafts-sign-day = Date
drafts-sign-code = Check code
drafts-sign-code-note = Changes if a single character changes
drafts-sign-back = Go back and look again
drafts-submit = Submit

drafts-discard-title = Delete this draft?
drafts-discard-text = “{ $item }”, saved on { $day }. Everything filled in and uploaded will be gone.
drafts-discard-do = Delete the draft
drafts-discard-not = Keep it

err-draft-post = What was sent does not fit this page: { $what }
err-draft-post-next = Go back, refresh and send it again. What you saved is still there.
err-upload-broken = The upload broke off
err-upload-broken-next = Check the network and upload once more.
err-way-case = See how far it is
