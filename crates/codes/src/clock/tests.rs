//! Cases of the clock, told by dates of real calendars.
