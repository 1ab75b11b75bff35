# One page for the engineers of other systems.
# dynamic: developers-try-
developers-title = For developers
developers-what = Other systems can search items, read guides and verify licences here. Signed in, one can also read one's own cases, hand in drafts and upload papers. Everything is JSON.
developers-openapi = Description of the interface (OpenAPI 3.1)
developers-try = Try it
developers-site = Set the address of the site first, such as SITE=http://127.0.0.1:8080, then run these commands.
developers-try-search = Search items by everyday words:
developers-try-item = Read all elements of an item:
developers-try-text = Verify a licence identifier, a case number or the text of a shown code:
developers-try-file = Verify a file (20 MiB at most):
developers-try-token = Get a token as a connected system (the demonstration's system and secret):
developers-try-shared = Ask for licences by holder (TOKEN is the one just got):
developers-try-own = Read one's own cases (SESSION is the cookie of the session after signing in):
developers-rules = Conventions
developers-rule-session = Cases, drafts and uploads need the session of the person concerned. A change also needs X-CSRF: the value of _csrf on any page of this site.
developers-rule-key = Handing in and withdrawing need an Idempotency-Key: the same key and body are acted on once and give the same answer.
developers-rule-sharing = Sharing of licences is for connected systems. The issuing unit registers them; the secret gives a token for ten minutes. Each question names purpose, item and case.
developers-rule-once = A nonce is never used twice, and timestamp is at most five minutes off. Holders see every question.
developers-rule-problem = A refusal is application/problem+json (RFC 9457): title says what is wrong, detail what to do, and code never changes.
developers-rule-language = Words are Chinese unless the cookie lang=en is sent.
developers-operations = All operations
developers-address = Method and address
developers-who = Who
developers-does = What it does
developers-anybody = anybody
developers-system = a connected system
developers-citizen = the person concerned (real name)
developers-errors = Error codes
developers-code = Code
developers-status = Status
developers-says = What it says
frame-foot-developers = For developers
