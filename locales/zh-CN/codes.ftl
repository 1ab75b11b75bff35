# 号码、日期和时限的话。code-… 是填错时的提示（先说怎么做），codes-… 是名称和时限说明。

## 填写提示
code-case-no-date = 请核对办件编号第 7 到 14 位的日期，例如 20261116
code-case-no-length = 请输入 20 位办件编号，现在是 { $length } 位
code-case-no-letter = 办件编号只有数字，请照回执重新输入
code-citizen-id-area = 请核对身份证号前 6 位，应是地区代码
code-citizen-id-birth = 请核对身份证号第 7 到 14 位，应是真实的出生日期
code-citizen-id-check = 请逐位核对身份证号，可能有一位输错了
code-citizen-id-fifteen = 请输入现在身份证上的 18 位号码，15 位旧号已停用
code-citizen-id-future = 请核对身份证号里的出生日期，它晚于今天
code-citizen-id-length = 请输入 18 位身份证号，最后一位可以是 X，现在是 { $length } 位
code-citizen-id-letter = 请输入 18 位身份证号，前 17 位是数字，最后一位可以是 X
code-citizen-id-wide = 请切换到英文（半角）输入法，重新输入身份证号
code-day-form = 请按“年-月-日”输入日期，例如 2026-11-21
code-division-data = 请修正区划数据第 { $line } 行，再重新导入
code-division-length = 请输入 6、9 或 12 位区划代码，现在是 { $length } 位
code-division-letter = 区划代码只有数字，请重新输入
code-calendar-data = 请修正工作日历第 { $line } 行，再重新导入
code-extension-length = 请填写 1 到 { $longest } 个工作日，延期只能批一次
code-item-code-length = 请输入 { $expected } 位事项编码，现在是 { $length } 位
code-item-code-letter = 事项编码只有数字和大写字母，请对照事项清单输入
code-item-code-level = 请核对事项编码第 19 位，应是 1 到 7 的行使层级
code-licence-id-form = 请输入完整的证照标识，中间的点不能少
code-licence-id-issuer = 请核对证照标识里的颁发机构，应是 18 位统一社会信用代码
code-licence-id-root = 请从 1.2.156.3005.2 开始输入完整的证照标识
code-licence-id-serial = 请核对证照标识里的流水号，只有数字和字母，最多 64 位
code-licence-id-type = 请核对证照标识里的证照类型代码，应是 21 位
code-licence-id-version = 请核对证照标识里的版本号，应是 001 到 999
code-limit-form = 请选择时限单位：工作日、自然日、月、年或即办，最长十年
code-money-form = 请输入金额，最多两位小数，例如 1234.50
code-money-large = 请核对金额，数字太大了
code-name-empty = 请输入姓名，与身份证一致
code-name-letter = 请核对姓名第 { $at } 个字，姓名里不能有数字、符号或表情
code-name-long = 请核对姓名，最多 { $longest } 个字
code-name-private = 姓名第 { $at } 个字是旧字库的字，请用“生僻字”重新查找
code-pause-order = 请核对日期，结束日期不能早于开始日期
code-phone-form = 请输入 11 位手机号，例如 13800001234
code-phone-length = 请输入 11 位手机号，现在是 { $length } 位
code-uscc-check = 请对照营业执照逐位核对统一社会信用代码，可能有一位输错了
code-uscc-confused = 请核对第 { $at } 位：代码里没有字母 I、O、Z、S、V，可能是数字 1、0、2、5
code-uscc-length = 请输入 18 位统一社会信用代码，现在是 { $length } 位
code-uscc-letter = 统一社会信用代码只有数字和大写字母，请对照营业执照输入

## 事项类型
codes-task-group = 行政权力事项
codes-task-licence = 行政许可
codes-task-penalty = 行政处罚
codes-task-enforcement = 行政强制
codes-task-collection = 行政征收
codes-task-benefit = 行政给付
codes-task-inspection = 行政检查
codes-task-confirmation = 行政确认
codes-task-award = 行政奖励
codes-task-adjudication = 行政裁决
codes-task-other = 其他行政权力
codes-task-service = 公共服务

## 行使层级
codes-level-nation = 国家级
codes-level-province = 省级
codes-level-city = 市级
codes-level-county = 县级
codes-level-town = 乡镇（街道）级
codes-level-village = 村（社区）级
codes-level-graded = 分级管理

## 时限
codes-limit = { $unit ->
    [work-day] { $n } 个工作日
    [calendar-day] { $n } 天
    [month] { $n } 个月
    [year] { $n } 年
   *[instant] 当场办结
  }
codes-pause-hearing = 听证
codes-pause-tender = 招标
codes-pause-auction = 拍卖
codes-pause-inspection = 检验
codes-pause-testing = 检测
codes-pause-quarantine = 检疫
codes-pause-appraisal = 鉴定
codes-pause-expert-review = 专家评审
codes-pause-site-check = 现场核查
codes-state-green = 时限内
codes-state-yellow = 快到期
codes-state-red = 超过承诺时限
codes-state-red-statutory = 超过法定时限
codes-state-paused = 暂停计时
codes-state-done = 已办结
codes-provisional = 放假安排公布后可能调整
codes-moving = 暂停结束后重新计算

## 时限是怎么算的
codes-step-received = { $day }收到申请材料
codes-step-accepted = { $day }受理，当天不计入时限
codes-step-deemed = { $day }收到材料，五个工作日内没有答复，按法律规定从这一天起视为受理（行政许可法第三十二条）
codes-step-first-day = { $unit ->
    [work-day] { $day }是第 1 个工作日
   *[other] { $day }是第 1 天
  }
# 中文直接用放假通知里的节日名；别的语言按 $holiday 选
codes-step-holiday = { $day }到{ $to }：{ $holiday ->
   *[other] { $name }
  }放假，不是工作日
codes-step-holiday-day = { $day }：{ $holiday ->
   *[other] { $name }
  }放假，不是工作日
codes-step-make-up = { $day }：{ $holiday ->
   *[other] { $name }
  }调休上班，算 1 个工作日
codes-step-paused = { $day }开始{ $kind ->
    [hearing] 听证
    [tender] 招标
    [auction] 拍卖
    [inspection] 检验
    [testing] 检测
    [quarantine] 检疫
    [appraisal] 鉴定
    [expert-review] 专家评审
   *[site-check] 现场核查
  }，从次日起暂停计时（行政许可法第四十五条）
codes-step-pause-planned = { $kind ->
    [hearing] 听证
    [tender] 招标
    [auction] 拍卖
    [inspection] 检验
    [testing] 检测
    [quarantine] 检疫
    [appraisal] 鉴定
    [expert-review] 专家评审
   *[site-check] 现场核查
  }预计到{ $day }结束，次日恢复计时
codes-step-resumed = { $day }{ $kind ->
    [hearing] 听证
    [tender] 招标
    [auction] 拍卖
    [inspection] 检验
    [testing] 检测
    [quarantine] 检疫
    [appraisal] 鉴定
    [expert-review] 专家评审
   *[site-check] 现场核查
  }结束，{ $unit ->
    [work-day] { $days } 个工作日
   *[other] { $days } 天
  }不计入时限，次日恢复计时
codes-step-extended = { $day }批准延长 { $days } 个工作日（行政许可法第四十二条）
codes-step-extension-late = { $which ->
    [promised] { $day }批准延期时承诺时限已过，承诺办结日不变
   *[statutory] { $day }批准延期时法定时限已过，法定办结日不变
  }
codes-step-rolled = { $which ->
    [promised] { $day }是休息日，承诺办结日顺延到{ $to }
   *[statutory] { $day }是休息日，法定办结日顺延到{ $to }
  }
codes-step-due = { $which ->
    [promised] 承诺办结日：{ $day }
   *[statutory] 法定办结日：{ $day }
  }（{ $unit ->
    [work-day] { $n } 个工作日
    [calendar-day] { $n } 天
    [month] { $n } 个月
    [year] { $n } 年
   *[instant] 当天
  }）
codes-step-due-extended = { $which ->
    [promised] 承诺办结日：{ $day }
   *[statutory] 法定办结日：{ $day }
  }（{ $unit ->
    [work-day] { $n } 个工作日
    [calendar-day] { $n } 天
    [month] { $n } 个月
    [year] { $n } 年
   *[instant] 当天
  }，加延长的 { $days } 个工作日）
codes-step-provisional = { $year } 年放假安排还没有公布，{ $day }以后的日期是暂定的，公布后重新计算
codes-step-decided = { $day }作出决定，时限停止计算
