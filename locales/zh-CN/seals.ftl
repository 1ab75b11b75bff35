# 印章：登记、用印的事件和拒绝时的话。
# dynamic: event-
event-seal-registered = 登记电子印章
event-seal-used = 在文件上用印
# dynamic: err-
err-seal-not-ordered = 这份文件还没有决定可依
err-seal-not-ordered-next = 请先在办件里作出相应决定，再制作文件。
err-seal-used-already = 这份文件已经盖过这枚印章
err-seal-used-already-next = 请直接使用已盖章的文件。
err-seal-order-spent = 这项决定已经出过几份文件
err-seal-order-spent-next = 请核对文件是否已经做好；确需再做，请重新作出决定。
