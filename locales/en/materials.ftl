# Material library: files handed in before; naming, dating, using again, deleting.
# dynamic: err-
materials-title = My files
materials-lead = Files you handed in before. Use them again without uploading.
materials-sep = {"; "}
materials-from = handed in on { $day } for { $item }
materials-until-day = valid until { $day }
materials-uses = used { $n } { $n ->
    [one] time
   *[other] times
}
materials-again = Use one I handed in before ({ $n })
materials-use = Use this one
materials-all = Manage my files
materials-over = Expired
materials-valid = Valid
materials-none = No files yet
materials-none-text = What you upload in applications will appear here.
materials-find = Find a service
materials-order = Newest first
materials-said-kept = Saved
materials-said-gone = Deleted from your files
materials-item = Used for
materials-added = Uploaded
materials-used = Times used
materials-used-n = { $n }, last on { $day }
materials-size = Size
materials-state = State
materials-case = From case
materials-download = Download and look
materials-name = File name
materials-name-hint = Choose a name you will recognise. The kind of file does not change.
materials-until = Valid until
materials-until-hint = For example the last day named in a power of attorney. After it the file is no longer offered.
materials-save = Save
materials-back = Back to my files
materials-forget-title = Delete from my files
materials-forget-text = You can then no longer choose it. If nothing else uses the file, its content is destroyed within two days. Finished cases keep their copy as the archive rules require.
materials-forget = Delete this file
err-file-in-use = Case { $no } still needs this file
err-file-in-use-next = Please delete it when that case is finished.
err-file-in-draft = One of your drafts uses this file
err-file-in-draft-next = Please take it out of the draft first, then delete it here.
err-file-other = This file is another kind of paper
err-file-other-next = Please choose one of the same kind, or upload one.
err-file-over = This file was valid until { $day }, which has passed
err-file-over-next = Please upload a new one. If the day is wrong, correct it under My files.
err-file-name = The file name is empty
err-file-name-next = Please give the file a name.
err-file-until = “Valid until” is not a date
err-file-until-next = Please choose a date, or leave it empty.
