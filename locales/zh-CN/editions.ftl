# 服务包两个版本之间有什么变化，写给正在填表的人看。
# dynamic: editions-change-
# dynamic: event-
editions-limit-instant = 当场办结
editions-limit-workday = { $n } 个工作日
editions-limit-day = { $n } 天
editions-change-field-added = 新增填写项“{ $name }”
editions-change-field-removed = 不再填写“{ $name }”
editions-change-field-renamed = “{ $before }”改称“{ $after }”
editions-change-field-rule = “{ $name }”的填写要求有变化，请核对
editions-change-field-required = “{ $name }”改为必填
editions-change-field-optional = “{ $name }”可以不填了
editions-change-material-added = 新增材料：{ $name }
editions-change-material-removed = 不再要这份材料：{ $name }
editions-change-material-required = 这份材料改为必须提交：{ $name }
editions-change-material-relaxed = 这份材料用到才交：{ $name }
editions-change-material-changed = 材料要求有变化：{ $name }
editions-change-condition-added = 新增办理条件：{ $name }
editions-change-condition-removed = 取消办理条件：{ $name }
editions-change-condition-changed = 办理条件有变化：{ $name }
editions-change-promised = 承诺时限由{ $before }改为{ $after }
editions-change-statutory = 法定时限由{ $before }改为{ $after }
editions-change-fee = 收费由“{ $before }”改为“{ $after }”
editions-change-visits = 到现场次数由 { $before } 次改为 { $after } 次
editions-change-validity = 结果的有效期由“{ $before }”改为“{ $after }”
event-pack-published = 服务包发布了新版
event-item-published = 事项发布了新版
event-catalogue-imported = 导入了事项目录
