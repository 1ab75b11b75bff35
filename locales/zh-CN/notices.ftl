# 消息：站内消息和沙盒短信。每条消息的话由发它的部分写：notice-名称、notice-名称-text。
# dynamic: notice- event-
notices-title = 我的消息
notices-none = 还没有消息
notices-none-text = 办件有进展时，会在这里告诉您。
notices-none-do = 看看能办什么
notices-read-all = 全部标为已读
notices-new = 未读
notices-order = 由近到远
notices-outbox-title = 沙盒收件箱
notices-outbox-lead = 这是演示站：短信不会真的发出，都放在这里。手机号和人都是虚构的。
notices-outbox-texts = 短信
notices-outbox-none = 还没有短信
notices-outbox-none-text = 获取验证码后，1 秒左右会出现在这里。
notices-outbox-none-do = 去获取验证码
notices-accounts = 演示账号
notices-accounts-text = 工作人员还要输入动态码：每 30 秒换一次，每个只能用一次。
notices-password-citizen = 群众的密码
notices-password-staff = 工作人员的密码
notices-col-role = 身份
notices-col-login = 账号
notices-col-code = 动态码
event-message-sent = 发出了消息
