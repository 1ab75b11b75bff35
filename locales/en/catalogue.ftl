# The catalogue: home, search, all services, guides, regions.
# dynamic: catalogue-for-
# dynamic: catalogue-type-
# dynamic: catalogue-audience-
# dynamic: catalogue-filter-
# dynamic: catalogue-part-
# dynamic: catalogue-elder-
catalogue-home-question = What do you want to get done?
catalogue-for-whom = For whom
catalogue-for-person = For people
catalogue-for-business = For businesses
catalogue-person = People
catalogue-business = Business
catalogue-for-anyone = Anyone
catalogue-search = Search
catalogue-search-title = Search services
catalogue-search-label = Say what you want to get done
catalogue-search-hint = Say it in everyday words, Chinese works best
catalogue-search-empty = Say what you want to get done
catalogue-search-empty-text = Everyday words, pinyin or initials will do; a slip is forgiven.
catalogue-try = Try
catalogue-hall = Service centre
catalogue-hall-call = Call { $number }
catalogue-waiting = Carry on
catalogue-waiting-n = { $n ->
    [one] { $n } matter waits for you
   *[other] { $n } matters wait for you
  }
catalogue-waiting-all = My cases
catalogue-featured = Often used
catalogue-some = Services here
catalogue-all-n = All { $n } services
catalogue-none-title = No services here yet
catalogue-none-text = This region's catalogue is not connected to this site yet. Try another region.
catalogue-none-action = Choose another region
catalogue-by-theme = By theme
catalogue-by-department = By department
catalogue-zones = Zones
catalogue-hello = Hello, { $name }
catalogue-hello-anybody = Hello
catalogue-elder-tiles = What people do most
catalogue-elder-licences = Show a licence
catalogue-elder-note-licences = Electronic licences
catalogue-elder-pension = Pension check
catalogue-elder-note-pension = Once a year, from home
catalogue-elder-health = Health insurance
catalogue-elder-note-health = Join, claim, care elsewhere
catalogue-elder-card = Social security card
catalogue-elder-note-card = Replace a lost one
catalogue-elder-progress = My cases
catalogue-elder-note-progress = How far they are
catalogue-elder-ask = More services
catalogue-elder-note-ask = All services
catalogue-instant = At once
catalogue-unit-workday = { $n ->
    [one] working day
   *[other] working days
  }
catalogue-unit-workhour = { $n ->
    [one] working hour
   *[other] working hours
  }
catalogue-unit-day = { $n ->
    [one] day
   *[other] days
  }
catalogue-unit-month = { $n ->
    [one] month
   *[other] months
  }
catalogue-unit-visit = { $n ->
    [one] time
   *[other] times
  }
catalogue-tag-online = Wholly online
catalogue-tag-apply-online = Apply online
catalogue-tag-no-materials = Nothing to bring
catalogue-tag-materials = { $n ->
    [one] { $n } paper to bring
   *[other] { $n } papers to bring
  }
catalogue-tag-visits = { $n ->
    [one] { $n } visit
   *[other] { $n } visits
  }
catalogue-free = Free
catalogue-free-note = No charge of any kind
catalogue-sample = See a sample
catalogue-charged = Fee
catalogue-not-published = Not published at this level
catalogue-and = ,{" "}
catalogue-audience-1 = People
catalogue-audience-2 = Companies
catalogue-audience-3 = Public institutions
catalogue-audience-4 = Social organisations
catalogue-audience-5 = Partnerships
catalogue-audience-6 = Authorities
catalogue-audience-8 = Sole traders
catalogue-audience-9 = Other bodies
catalogue-type-01 = Administrative licence
catalogue-type-05 = Benefit
catalogue-type-07 = Confirmation
catalogue-type-08 = Award
catalogue-type-09 = Ruling
catalogue-type-10 = Other power
catalogue-type-20 = Public service
catalogue-services-title = All services
catalogue-hits = { $n ->
    [one] { $n } service
   *[other] { $n } services
  }
catalogue-sorted = By relevance
catalogue-filters = Filter
catalogue-see-guide = See the guide
catalogue-start = Start
catalogue-to-guide = Read the guide first
catalogue-go = Go there
catalogue-call = Call
catalogue-answer-basis = Basis: { $basis } · { $department }
catalogue-browse = See all services
catalogue-corrected = Searched for “{ $text }”
catalogue-understood = Searched for “{ $query }”, with results for { $words }
catalogue-answer-from = Answer from the guide of { $department }
catalogue-answer-navigate = “{ $subject }” is here
catalogue-answer-navigate-text = This is no service to apply for; the button leads there.
catalogue-answer-hotline = For “{ $subject }” please call the hotline
catalogue-answer-hotline-text = This is no service to apply for. Call { $number }, answered day and night.
catalogue-answer-outside = “{ $subject }” is no government service
catalogue-answer-outside-text = Only government matters are handled here. Say which paper or procedure you need.
catalogue-answer-not-here = No service here matches “{ $subject }” exactly
catalogue-answer-not-here-text = Below is what comes closest; check before you go on. If unsure, call { $number }.
catalogue-answer-elsewhere-text = Like services of other regions are listed below for reference. Call { $number } to ask whether it is done here.
catalogue-answer-nothing-text = Try other words, or call { $number } and somebody will find it for you.
catalogue-answer-vague = Please say a little more
catalogue-answer-vague-text = Name the paper or the matter, for example 居住证 (residence permit). Or call { $number }.
catalogue-asked-fee = { $name }: what it costs
catalogue-asked-time = { $name }: how long it takes
catalogue-asked-materials = { $name }: what to bring
catalogue-asked-place = { $name }: where to go
catalogue-no-hits = No service found
catalogue-no-hits-text = Try other words, or one of these:
catalogue-no-filters = Without filters
catalogue-elsewhere = Like services elsewhere
catalogue-elsewhere-note = Not in your region, for reference only
catalogue-everywhere = All regions
catalogue-filter-how = How
catalogue-filter-where = Where
catalogue-filter-who = Who
catalogue-filter-online = Online
catalogue-filter-no-materials = Nothing to bring
catalogue-filter-at-once = Same day
catalogue-filter-free = Free
catalogue-not-found = Not found?
catalogue-not-found-text = Say it on the telephone and somebody will find it for you.
catalogue-region-title = Choose a region
catalogue-region-now = You are looking at { $name }
catalogue-region-find = Type a province, city or county in Chinese
catalogue-region-country = Whole country
catalogue-region-items = { $n ->
    [one] { $n } service
   *[other] { $n } services
  }
catalogue-region-none = No such place
catalogue-region-none-text = Check the spelling, or go down level by level.
catalogue-region-choose = Look at { $name }
catalogue-region-down = Below
catalogue-region-here = Here now
catalogue-region-pick = Choose
catalogue-guide-short = Guide
catalogue-parts = Parts of the guide
catalogue-part-fit = Conditions
catalogue-part-materials = Materials
catalogue-part-flow = Steps
catalogue-part-limits = Time
catalogue-part-fee = Fees
catalogue-part-places = Place and phone
catalogue-part-basis = Legal basis
catalogue-part-faq = Questions
catalogue-fact-online = Online?
catalogue-fact-time = How long
catalogue-fact-fee = How much
catalogue-fact-visits = Visits
catalogue-online-whole = Wholly online
catalogue-online-whole-note = Phone or computer; counters too
catalogue-online-apply = Apply online
catalogue-online-apply-note = Apply online, then follow the steps
catalogue-online-no = At a counter
catalogue-online-no-note = The guide and booking are online
catalogue-law-says = { $limit } by law
catalogue-visits-none = No need to come; results can be mailed
catalogue-paused = This service is paused
catalogue-paused-text = The body in charge announces when it goes on; call if it is urgent.
catalogue-other-place = This service belongs to { $place }
catalogue-other-place-text = It is not of the region you chose; for reference only.
catalogue-fit-title = Is this for you?
catalogue-fit-yes = This is for you
catalogue-fit-no = Not needed
catalogue-conditions = Conditions
catalogue-n-lines = { $n ->
    [one] { $n } line
   *[other] { $n } lines
  }
catalogue-quota = Limit on numbers: { $text }
catalogue-not-accepted = When it is refused or not needed
catalogue-before = To be done first
catalogue-steps = What it contains
catalogue-steps-note = Joint handling is not open yet; each can be done by itself
catalogue-materials = Materials
catalogue-count-bring = {" "}to prepare
catalogue-count-fill = {" "}to fill in online
catalogue-count-write = {" "}to fill in
catalogue-count-spared = {" "}spared
catalogue-count-sometimes = {" "}only sometimes
catalogue-on-consent = Fetched once you agree
catalogue-mistakes = Common mistakes: { $text }
catalogue-mat-spared = Spared
catalogue-mat-fill = Fill in
catalogue-mat-write = Fill in
catalogue-mat-upload = Upload
catalogue-mat-bring = Bring
catalogue-mat-sometimes = If needed
catalogue-flow = Steps
catalogue-limits = Time limits
catalogue-limits-note = One cell is one working day, counted from the day after acceptance; weekends and holidays do not count.
catalogue-limit-statutory = By law
catalogue-limit-promised = Promised
catalogue-due = Accepted today, done by { $day }
catalogue-special = Special procedures
catalogue-fee-result = Fee and result
catalogue-fee-basis = Basis: { $text }
catalogue-result = Result
catalogue-validity = Valid for { $text }
catalogue-places = Place and telephone
catalogue-place = Place
catalogue-hours = Hours
catalogue-consult = Questions
catalogue-complaint = Complaints
catalogue-basis-remedy = Basis and remedies
catalogue-remedy = If you disagree
catalogue-codes = Codes
catalogue-code-base = Basic code
catalogue-code-implementation = Implementation code
catalogue-code-handling = Handling code
catalogue-code-local = Local code
catalogue-code-department = Body's code
catalogue-history = Versions
catalogue-version = Version { $n }, published { $day }
catalogue-past = This is version { $n }, published { $day }; there is a newer one
catalogue-past-text = Cases filed under this version are still handled by it. For a new application read version { $n }, published { $day }.
catalogue-past-go = Read the current version
catalogue-chinese = This guide is in Chinese
catalogue-chinese-text = The responsible authority publishes it in Chinese only. Headings and units are translated; for help call the number of the authority.
catalogue-faq = Questions people ask
catalogue-foot = Version { $n } of this guide, published { $day }; { $department } is responsible.
catalogue-origin-drafted = Sample data: bodies are fictional, rules follow national law and are to be checked before use.
catalogue-origin-guangdong = From Guangdong's public guides of May 2021; names and numbers may have changed.
catalogue-origin-guangan = From Guang'an District's public list of April 2025: names and codes only.
catalogue-spared-licence = { $name } is spared
catalogue-minutes = About { $n } minutes
catalogue-minutes-note = Saved as you go
catalogue-no-online = Not yet online here
catalogue-no-online-text = Please go to a counter, or ask by telephone first.
catalogue-platform = Apply on “{ $name }”
catalogue-next = Often done together
catalogue-ask = Ask
catalogue-mark-at-once = At once
catalogue-mark-online = Online
catalogue-mark-nearby = Nearby
catalogue-mark-one-visit = One visit
err-region-unknown = There is no such region
err-region-unknown-next = Please go back and choose again.
err-item-incomplete = This item lacks something required
err-item-incomplete-next = Fill in what is marked, then publish.
err-item-field-missing = Fill this in
