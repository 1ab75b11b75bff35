# 办件：状态、步骤、事件、消息、提示。页面用语在 cases-pages.ftl。
# dynamic: cases-state- cases-step- cases-ground- event- notice- err- identity-field-

cases-state-submitted = 等待受理
cases-state-correction-requested = 需要补正
cases-state-accepted = 已受理
cases-state-special = 特别程序中
cases-state-granted = 已准予，正在制证
cases-state-denied = 未通过
cases-state-not-accepted = 不予受理
cases-state-withdrawn = 已撤回
cases-state-closed = 已办结

cases-step-submitted = 提交申请
cases-step-correction = 告知补正
cases-step-corrected = 补正材料
cases-step-accepted = 受理
cases-step-special = 开始特别程序
cases-step-special-ended = 结束特别程序
cases-step-special-of = { $name }开始
cases-step-special-now = 正在{ $name }
cases-step-special-over = { $name }结束
cases-step-extended = 延长办理期限
cases-step-decision = 审查和决定
cases-step-granted = 准予
cases-step-denied = 不予许可
cases-step-not-accepted = 不予受理
cases-step-withdrawn = 撤回
cases-step-closed = 办结

cases-waiting-fix = 补充材料
cases-waiting-fix-text = 还缺少材料，请在{ $day }前补齐。
cases-waiting-see = 查看进度
cases-waiting-see-text = 正在办理，进度随时可以查看。
cases-waiting-due-text = 正在办理，最晚{ $day }有结果。
cases-waiting-draft = 继续填写
cases-waiting-draft-text = 已为您保存，{ $day }前提交有效。

cases-ground-not-required = 不需要办理许可
cases-ground-not-competent = 不归本部门办理
cases-ground-conditions = 不符合受理条件

event-draft-opened = 开始填写
event-draft-discarded = 放弃草稿
event-draft-renewed = 草稿转到新版规定
event-material-forgotten = 从材料库删去一份文件
event-files-destroyed = 销毁不再使用的文件
event-data-disputed = 对登记的信息提出异议
event-material-added = 添加材料
event-licence-used = 用电子证照代替材料
event-case-submitted = 提交申请
event-case-accepted = 受理
event-case-deemed-accepted = 逾期未答复，依法视为受理
event-case-not-accepted = 不予受理
event-correction-requested = 一次告知补正
event-correction-supplied = 补正材料
event-case-claimed = 工作人员开始办理
event-case-released = 工作人员退回待办
event-special-started = 开始特别程序
event-special-ended = 结束特别程序
event-case-extended = 延长办理期限
event-case-granted = 准予
event-case-denied = 不予许可
event-case-withdrawn = 撤回申请
event-case-closed = 办结
event-document-issued = 出具文书

notice-case-submitted = 已收到您的申请：{ $item }
notice-case-submitted-text = 您的“{ $item }”申请已收到，编号 { $no }。5个工作日内告诉您是否受理。
notice-case-accepted = 已受理：{ $item }
notice-case-accepted-text = 您的“{ $item }”申请（{ $no }）已受理，办理期限见进度页。
notice-case-deemed = 依法视为受理：{ $item }
notice-case-deemed-text = 您的“{ $item }”申请（{ $no }）5个工作日内未得到答复，依法自收到之日起视为受理。
notice-case-not-accepted = 不予受理：{ $item }
notice-case-not-accepted-text = 您的“{ $item }”申请（{ $no }）不予受理，原因和去处见通知书。
notice-case-correction = 请补正材料：{ $item }
notice-case-correction-text = 您的“{ $item }”申请（{ $no }）需要补正，请在{ $day }前补齐。
notice-case-supplied = 已收到补正材料：{ $item }
notice-case-supplied-text = 您的“{ $item }”申请（{ $no }）的补正材料已收到，5个工作日内告诉您是否受理。
notice-case-lapsed = 逾期未补正：{ $item }
notice-case-lapsed-text = 您的“{ $item }”申请（{ $no }）没有在期限内补正，视为撤回。您可以重新申请。
notice-case-special = 开始特别程序：{ $item }
notice-case-special-text = 您的“{ $item }”申请（{ $no }）进入特别程序{ $known ->
    [yes] ，预计{ $day }前结束
   *[no] {""}
}。
notice-case-special-ended = 特别程序结束：{ $item }
notice-case-special-ended-text = 您的“{ $item }”申请（{ $no }）特别程序已结束，继续办理。
notice-case-extended = 延长办理期限：{ $item }
notice-case-extended-text = 您的“{ $item }”申请（{ $no }）经批准延长期限，原因见告知书。
notice-case-granted = 办好了：{ $item }
notice-case-granted-text = 您的“{ $item }”申请（{ $no }）已办好，结果在进度页和“我的证照”里。
notice-case-denied = 未通过：{ $item }
notice-case-denied-text = 您的“{ $item }”申请（{ $no }）未通过，原因、依据和救济途径见决定书。
notice-case-withdrawn = 已撤回：{ $item }
notice-case-withdrawn-text = 您已撤回“{ $item }”申请（{ $no }）。

identity-field-case-applicant = 申请人信息
identity-field-case-answers = 申请表
identity-field-case-papers = 申请材料

err-case-not-now = 这件事现在的状态不能这样办
err-case-not-now-next = 请刷新本页，看看最新进度。
err-case-words = 还缺少必须写明的文字
err-case-words-next = 请写2到1000个字，说清楚这一项（{ $what }）。
err-case-own-affair = 这一件和您本人有关，您要回避
err-case-own-affair-next = { $who ->
    [none] 请告诉单位负责人，由他指定别人办理。
   *[other] 请交给本单位其他人员办理，工号：{ $who }。
}
err-case-in-other-hands = 这一件别人正在办理
err-case-in-other-hands-next = 请等他退回，或者和他联系。
err-case-not-deemed = 答复期限还没有到
err-case-not-deemed-next = 5个工作日过后才视为受理。
err-case-notice-late = 告知期限 { $day } 已过，依法视为已受理
err-case-notice-late-next = 请按已受理继续办理。
err-case-correction-twice = 补正只能告知一次，这一件已经告知过
err-case-correction-twice-next = 请根据现有材料决定是否受理。
err-case-correction-empty = 还没有写明需要补正什么
err-case-correction-empty-next = 请至少勾选一项并写明原因，一次写全，最多50项。
err-case-correction-unknown = 这一项不在申请表和材料清单里，或者写了两遍
err-case-correction-unknown-next = 请从清单里选择，每项一次。（{ $key }）
err-case-correction-late = 补正期限 { $day } 已过
err-case-correction-late-next = 您可以重新申请，已填的内容可以再用。
err-case-correction-missing = 还有 { $n } 项没有补正
err-case-correction-missing-next = 请照补正告知书补齐后一起提交。
err-case-not-lapsed = 补正期限还没有到
err-case-not-lapsed-next = 期限过后才视为撤回。
err-case-special-unknown = 这个事项没有这种特别程序
err-case-special-unknown-next = 请从列出的特别程序里选择。
err-case-special-again = 这种特别程序已经做过一次
err-case-special-again-next = 请根据已有结果继续办理。
err-case-special-team = 参加人数不够，至少要 { $staff } 人
err-case-special-team-next = 请补上参加人员的工号，不要重复。
err-case-special-cap = 计划结束日要在今天到 { $day } 之间
err-case-special-cap-next = 请改成期限内的日期。
err-case-evidence = 没有找到作为依据的文件
err-case-evidence-next = 请重新上传文件后再提交。
err-case-extension-none = 这个事项不能延长期限
err-case-extension-none-next = 请在期限内作出决定。
err-case-extension-twice = 期限只能延长一次
err-case-extension-twice-next = 请在延长后的期限内作出决定。
err-case-extension-late = 承诺期限 { $day } 已过，不能再延长
err-case-extension-late-next = 请尽快作出决定。
err-case-extension-length = 最多延长 { $most } 个工作日
err-case-extension-length-next = 请改成期限内的天数。
err-case-not-read = 还有 { $n } 份材料没有看过
err-case-not-read-next = 请逐份打开材料，看过以后再决定。
err-case-already-submitted = 这份申请已经提交，编号 { $no }
err-case-already-submitted-next = 请到进度页查看，不用再交一次。

err-draft-for-enterprises = 这件事由企业或个体工商户办理
err-draft-for-enterprises-next = 请先切换到您代表的企业，再开始办理。
err-draft-for-persons = 这件事由个人办理
err-draft-for-persons-next = 请先切换回本人，再开始办理。
err-draft-not-ready = 还有几处要补充或改正
err-draft-not-ready-next = 请照下面的提示逐项改好，再提交。
err-paper-unknown = 这个事项不需要这份材料
err-paper-unknown-next = 请回到材料页，按清单上传。
err-paper-empty = 这个文件是空的
err-paper-empty-next = 请换一个文件再上传。
err-paper-type = 不能上传这种文件
err-paper-type-next = 请换成 { $types } 格式。
err-paper-content = 这个文件打不开，内容和格式对不上
err-paper-content-next = 请重新拍照或另存后再上传。
err-paper-large = 这个文件太大
err-paper-large-next = 单个文件最大 { $mib } MB，请压缩或拆开上传。
err-paper-many = 文件太多
err-paper-many-next = 这份材料最多 { $most } 个文件，请先删去多余的。
err-paper-licence = 没有找到可以代替这份材料的电子证照
err-paper-licence-next = 请先同意查询，或者直接上传。
err-upload-offset = 这一段的位置不对，已经收到 { $received } 字节
err-upload-offset-next = 请从已收到的位置继续上传。
err-upload-part = 这一段是空的或者太大
err-upload-part-next = 每段最大 { $most } 字节，总长不要超过开始时说的大小。
