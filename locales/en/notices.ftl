# Messages: the inbox and the sandbox's texts. The words of each message stand with whoever sends it.
# dynamic: notice- event-
notices-title = My messages
notices-none = No messages yet
notices-none-text = News of your cases will come here.
notices-none-do = See what can be done here
notices-read-all = Mark all as read
notices-new = New
notices-order = Newest first
notices-outbox-title = Sandbox outbox
notices-outbox-lead = This is a demonstration: text messages do not leave it, they lie here. Numbers and people are invented.
notices-outbox-texts = Text messages
notices-outbox-none = No text messages yet
notices-outbox-none-text = A code shows up here about a second after you ask for it.
notices-outbox-none-do = Get a code
notices-accounts = Accounts of the demonstration
notices-accounts-text = Staff also need a code: a new one every 30 seconds, each good once.
notices-password-citizen = Citizens' password
notices-password-staff = Staff password
notices-col-role = Who
notices-col-login = Login
notices-col-code = Code
event-message-sent = Message sent
