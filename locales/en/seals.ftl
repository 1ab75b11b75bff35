# Seals: events of registering and using them, and what a refusal says.
# dynamic: event-
event-seal-registered = Electronic seal registered
event-seal-used = Seal put on a document
# dynamic: err-
err-seal-not-ordered = No decision orders this document yet
err-seal-not-ordered-next = Make the decision in the case first, then the document.
err-seal-used-already = This document already carries this seal
err-seal-used-already-next = Please use the sealed document.
err-seal-order-spent = This decision has ordered enough papers already
err-seal-order-spent-next = Please check whether the paper exists; if another is needed, a new decision must order it.
