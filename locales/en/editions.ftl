# What changed between two versions of a service pack, for somebody in the middle of a form.
# dynamic: editions-change-
# dynamic: event-
editions-limit-instant = at once
editions-limit-workday = { $n } working days
editions-limit-day = { $n } days
editions-change-field-added = New question: “{ $name }”
editions-change-field-removed = “{ $name }” is no longer asked
editions-change-field-renamed = “{ $before }” is now called “{ $after }”
editions-change-field-rule = The rules for “{ $name }” changed; please check your answer
editions-change-field-required = “{ $name }” must now be filled in
editions-change-field-optional = “{ $name }” may now be left empty
editions-change-material-added = New document: { $name }
editions-change-material-removed = No longer needed: { $name }
editions-change-material-required = Now always needed: { $name }
editions-change-material-relaxed = Now needed only in some cases: { $name }
editions-change-material-changed = The requirements for this document changed: { $name }
editions-change-condition-added = New condition: { $name }
editions-change-condition-removed = Condition dropped: { $name }
editions-change-condition-changed = Condition changed: { $name }
editions-change-promised = Promised time: { $after } instead of { $before }
editions-change-statutory = Legal limit: { $after } instead of { $before }
editions-change-fee = Fee: “{ $after }” instead of “{ $before }”
editions-change-visits = Visits in person: { $after } instead of { $before }
editions-change-validity = Validity of the result: “{ $after }” instead of “{ $before }”
event-pack-published = A version of a service pack was published
event-item-published = A version of a service was published
event-catalogue-imported = A catalogue of services was imported
