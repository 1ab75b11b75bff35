# Words about numbers, days and time limits. code-… tell a person how to mend an entry, codes-… are names and explanations.

## How to mend an entry
code-case-no-date = Check digits 7 to 14 of the case number: they are a date, for example 20261116
code-case-no-length = Enter the case number's 20 digits. You entered { $length }
code-case-no-letter = A case number has only digits. Copy it from your receipt
code-citizen-id-area = Check the first 6 digits of the ID number: they are an area code
code-citizen-id-birth = Check digits 7 to 14 of the ID number: they are the date of birth
code-citizen-id-check = Check the ID number digit by digit. One of them may be wrong
code-citizen-id-fifteen = Enter the 18-digit number on your current ID card. 15-digit numbers are no longer used
code-citizen-id-future = Check the date of birth in the ID number: it is later than today
code-citizen-id-length = Enter the 18-digit ID number. The last character may be X. You entered { $length }
code-citizen-id-letter = Enter the 18-digit ID number: 17 digits, then a digit or X
code-citizen-id-wide = Switch the keyboard to half-width letters and enter the ID number again
code-day-form = Enter the date as year-month-day, for example 2026-11-21
code-division-data = Mend line { $line } of the divisions file, then import it again
code-division-length = Enter a division code of 6, 9 or 12 digits. You entered { $length }
code-division-letter = A division code has only digits. Enter it again
code-calendar-data = Mend line { $line } of the working-day calendar, then import it again
code-extension-length = Enter 1 to { $longest } working days. A case is extended only once
code-item-code-length = Enter the item code's { $expected } characters. You entered { $length }
code-item-code-letter = An item code has only digits and capital letters. Copy it from the item list
code-item-code-level = Check character 19 of the item code: the level is a digit from 1 to 7
code-licence-id-form = Enter the whole licence identifier, with its dots
code-licence-id-issuer = Check the issuer in the licence identifier: an 18-character credit code
code-licence-id-root = Enter the whole licence identifier, beginning with 1.2.156.3005.2
code-licence-id-serial = Check the serial in the licence identifier: digits and letters, at most 64
code-licence-id-type = Check the type code in the licence identifier: it has 21 characters
code-licence-id-version = Check the version in the licence identifier: 001 to 999
code-limit-form = Choose working days, calendar days, months, years or instant, at most ten years
code-money-form = Enter an amount with at most two decimals, for example 1234.50
code-money-large = Check the amount: it is too large
code-name-empty = Enter the name as it is on the ID card
code-name-letter = Check character { $at } of the name. A name has no digits, signs or emoji
code-name-long = Check the name. It may have at most { $longest } characters
code-name-private = Character { $at } of the name is from an old font. Find it again with the rare-character helper
code-pause-order = Check the dates: the end may not be before the start
code-phone-form = Enter an 11-digit mobile number, for example 13800001234
code-phone-length = Enter an 11-digit mobile number. You entered { $length } digits
code-uscc-check = Compare the credit code with the business licence. One character may be wrong
code-uscc-confused = Check character { $at }: the code never has I, O, Z, S or V. It may be 1, 0, 2 or 5
code-uscc-length = Enter the 18-character unified social credit code. You entered { $length }
code-uscc-letter = A credit code has only digits and capital letters. Copy it from the business licence

## Kinds of item
codes-task-group = Administrative powers
codes-task-licence = Administrative licence
codes-task-penalty = Administrative penalty
codes-task-enforcement = Administrative enforcement
codes-task-collection = Administrative collection
codes-task-benefit = Benefit payment
codes-task-inspection = Administrative inspection
codes-task-confirmation = Administrative confirmation
codes-task-award = Administrative award
codes-task-adjudication = Administrative adjudication
codes-task-other = Other administrative power
codes-task-service = Public service

## Levels
codes-level-nation = National
codes-level-province = Provincial
codes-level-city = City
codes-level-county = County
codes-level-town = Township or sub-district
codes-level-village = Village or community
codes-level-graded = Graded

## Time limits
codes-limit = { $unit ->
    [work-day] working days: { $n }
    [calendar-day] days: { $n }
    [month] months: { $n }
    [year] years: { $n }
   *[instant] done on the spot
  }
codes-pause-hearing = hearing
codes-pause-tender = tender
codes-pause-auction = auction
codes-pause-inspection = inspection
codes-pause-testing = testing
codes-pause-quarantine = quarantine
codes-pause-appraisal = appraisal
codes-pause-expert-review = expert review
codes-pause-site-check = site check
codes-state-green = In time
codes-state-yellow = Due soon
codes-state-red = Past the promised day
codes-state-red-statutory = Past the statutory day
codes-state-paused = Clock paused
codes-state-done = Decided
codes-provisional = may change when the holidays are announced
codes-moving = counted again when the pause ends

## How the due day is found
codes-step-received = { $day }: materials received
codes-step-accepted = { $day }: accepted. This day is not counted
codes-step-deemed = { $day }: materials received. Nobody answered within five working days, so by law the application counts as accepted from this day (Licensing Law, art. 32)
codes-step-first-day = { $unit ->
    [work-day] { $day } is the first working day
   *[other] { $day } is the first day
  }
codes-step-holiday = { $day } to { $to }: { $holiday ->
    [new-year] New Year
    [spring-festival] Spring Festival
    [qingming] Qingming
    [labour-day] Labour Day
    [dragon-boat] Dragon Boat Festival
    [national-day] National Day
    [mid-autumn] Mid-Autumn Festival
   *[other] { $name }
  } holiday, not working days
codes-step-holiday-day = { $day }: { $holiday ->
    [new-year] New Year
    [spring-festival] Spring Festival
    [qingming] Qingming
    [labour-day] Labour Day
    [dragon-boat] Dragon Boat Festival
    [national-day] National Day
    [mid-autumn] Mid-Autumn Festival
   *[other] { $name }
  } holiday, not a working day
codes-step-make-up = { $day }: worked in exchange for { $holiday ->
    [new-year] New Year
    [spring-festival] Spring Festival
    [qingming] Qingming
    [labour-day] Labour Day
    [dragon-boat] Dragon Boat Festival
    [national-day] National Day
    [mid-autumn] Mid-Autumn Festival
   *[other] { $name }
  }, counts as a working day
codes-step-paused = { $day }: { $kind ->
    [hearing] hearing
    [tender] tender
    [auction] auction
    [inspection] inspection
    [testing] testing
    [quarantine] quarantine
    [appraisal] appraisal
    [expert-review] expert review
   *[site-check] site check
  } begins. The clock pauses from the next day (Licensing Law, art. 45)
codes-step-pause-planned = { $day }: { $kind ->
    [hearing] hearing
    [tender] tender
    [auction] auction
    [inspection] inspection
    [testing] testing
    [quarantine] quarantine
    [appraisal] appraisal
    [expert-review] expert review
   *[site-check] site check
  } planned to end. The clock goes on the next day
codes-step-resumed = { $day }: { $kind ->
    [hearing] hearing
    [tender] tender
    [auction] auction
    [inspection] inspection
    [testing] testing
    [quarantine] quarantine
    [appraisal] appraisal
    [expert-review] expert review
   *[site-check] site check
  } ended. { $unit ->
    [work-day] Working days not counted: { $days }
   *[other] Days not counted: { $days }
  }. The clock goes on the next day
codes-step-extended = { $day }: extended. Working days added: { $days } (Licensing Law, art. 42)
codes-step-extension-late = { $which ->
    [promised] { $day }: the extension came after the promised day, which stays
   *[statutory] { $day }: the extension came after the statutory day, which stays
  }
codes-step-rolled = { $which ->
    [promised] { $day } is a day off, so the promised day moves to { $to }
   *[statutory] { $day } is a day off, so the statutory day moves to { $to }
  }
codes-step-due = { $which ->
    [promised] Promised day: { $day }
   *[statutory] Statutory day: { $day }
  } ({ $unit ->
    [work-day] working days: { $n }
    [calendar-day] days: { $n }
    [month] months: { $n }
    [year] years: { $n }
   *[instant] the same day
  })
codes-step-due-extended = { $which ->
    [promised] Promised day: { $day }
   *[statutory] Statutory day: { $day }
  } ({ $unit ->
    [work-day] working days: { $n }
    [calendar-day] days: { $n }
    [month] months: { $n }
    [year] years: { $n }
   *[instant] the same day
  }, and working days added: { $days })
codes-step-provisional = The holidays of { $year } are not announced. Days after { $day } may move and are counted again when they are
codes-step-decided = { $day }: decided. The clock stops
