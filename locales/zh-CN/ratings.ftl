# dynamic: err-
# dynamic: event-
# dynamic: notice-
# dynamic: ratings-why-
ratings-title = 评价一下
ratings-of = 办件编号 { $no }
ratings-why-5 = 非常满意，因为
ratings-why-4 = 满意，因为
ratings-why-3 = 基本满意，因为
ratings-why-2 = 不满意，因为
ratings-why-1 = 非常不满意，因为
ratings-comment = 想说的话
ratings-comment-hint = 可以不写，最多 { $n } 字。请不要写身份证号和电话。
ratings-anonymous = 匿名评价，不让办理单位知道是谁
ratings-submit = 提交评价
ratings-thanks = 谢谢您的评价
ratings-given = 您选了“{ $level }”，{ $at } 提交。
ratings-after = 差评会由办理单位以外的人核实，整改后回访您。
ratings-to-my = 回我的空间
err-rating-incomplete = 评价还没填完
err-rating-incomplete-next = 请按提示补上再提交。
err-rating-stars = 请选一个满意程度
err-rating-tags = 请在您选的满意程度下面选原因
err-rating-why = 请选一个原因，或写几个字告诉我们哪里不好
err-rating-long = 请缩短到 500 字以内
err-rating-given-already = 这件事已经评价过了
err-rating-given-already-next = 每件事只评一次，谢谢您。
event-rating-invited = 邀请评价
event-rating-given = 评价
notice-rating-invite = 请评价这次办事
notice-rating-invite-text = 办件 { $no } 已办结，请评价一下办得怎么样。
