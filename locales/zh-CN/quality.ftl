# 证照质量：要处理的问题。
quality-title = 证照质量
quality-nav = 质量
quality-looked =
    { $n ->
       *[other] 本页查了 { $n } 张有效证照
    }
quality-without =
    { $n ->
       *[other] { $n } 张还没有文件
    }
quality-without-text = 这些证照来自登记，持证人第一次查看或下载时自动制作、盖章，不用处理。
quality-seal = { $name }到 { $day } 为止
quality-seal-do = 请尽快换发电子印章，否则不能签发。
quality-none = 没有要处理的问题
quality-none-text = 没有发现重复、校验不符、缺内容或与登记不一致的证照。
quality-col-what = 问题
quality-col-do = 怎么办
quality-other = 看另一张
quality-order = 新签发的在前
quality-fields = { $what }：{ $fields }
# dynamic: quality-is-
quality-is-twin = 同一持证主体有两张有效的
quality-is-identifier = 证照标识的校验位不对
quality-is-missing = 必填的内容是空的
quality-is-register = 与登记部门的记录不一致
# dynamic: quality-do-
quality-do-twin = 核实后注销多出的一张。
quality-do-identifier = 核对来源，注销后重新签发。
quality-do-missing = 打开证照，办变更补上内容。
quality-do-register = 向登记部门核实，以登记为准办变更。
