# dynamic: err-
# dynamic: event-
# dynamic: notice-
# dynamic: ratings-why-
ratings-title = Rate the service
ratings-of = Case { $no }
ratings-why-5 = Very satisfied, because
ratings-why-4 = Satisfied, because
ratings-why-3 = Fairly satisfied, because
ratings-why-2 = Dissatisfied, because
ratings-why-1 = Very dissatisfied, because
ratings-comment = Anything to add
ratings-comment-hint = Optional, at most { $n } characters. Please leave out id and phone numbers.
ratings-anonymous = Rate anonymously: the unit is not told who I am
ratings-submit = Submit rating
ratings-thanks = Thank you for your rating
ratings-given = You chose “{ $level }” at { $at }.
ratings-after = Bad ratings are checked by somebody outside the unit; you are called back after it is mended.
ratings-to-my = Back to my space
err-rating-incomplete = The rating is not complete
err-rating-incomplete-next = Add what is marked and submit again.
err-rating-stars = Choose how satisfied you are
err-rating-tags = Choose reasons under the level you chose
err-rating-why = Choose a reason, or tell us in a few words what went wrong
err-rating-long = Shorten it to 500 characters
err-rating-given-already = This was rated already
err-rating-given-already-next = Each case is rated once. Thank you.
event-rating-invited = Invited to rate
event-rating-given = Rated
notice-rating-invite = Please rate the service
notice-rating-invite-text = Case { $no } is closed. Please tell us how it went.
