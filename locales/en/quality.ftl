# Quality of licences: what is to be put right.
quality-title = Quality of licences
quality-nav = Quality
quality-looked =
    { $n ->
        [one] { $n } licence in force looked through
       *[other] { $n } licences in force looked through
    }
quality-without =
    { $n ->
        [one] { $n } has no file yet
       *[other] { $n } have no file yet
    }
quality-without-text = They come from a register. Their file is made and sealed when the holder first looks at it; nothing is to be done.
quality-seal = { $name } ends on { $day }
quality-seal-do = Please have the seal renewed soon; nothing can be issued without it.
quality-none = Nothing to put right
quality-none-text = No doubles, wrong identifiers, missing values or differences from the registers were found.
quality-col-what = What is wrong
quality-col-do = What to do
quality-other = See the other one
quality-order = Newest first
quality-fields = { $what }: { $fields }
# dynamic: quality-is-
quality-is-twin = The holder has two in force
quality-is-identifier = The last letter of the identifier is wrong
quality-is-missing = Required values are empty
quality-is-register = The register says otherwise
# dynamic: quality-do-
quality-do-twin = Make sure, then cancel the one too many.
quality-do-identifier = Check where it came from; cancel it and issue it anew.
quality-do-missing = Open the licence and change it to add what is missing.
quality-do-register = Ask the register, and change the licence to what it says.
