# 免证办：用证照代替材料的统计。
spared-title = 免证办
spared-nav = 免证办
spared-lead = 近 12 个月递交的申请里，可以用证照代替的材料有多少没有再交。补正时补交的不计。
spared-total = 可以免交 { $could } 份，已免交 { $spared } 份（{ $percent }%）
spared-none = 还没有统计
spared-none-text = 有人申请可以免交材料的事项后，这里按事项和材料显示。
spared-col-item = 事项
spared-col-material = 材料
spared-col-could = 可以免交
spared-col-spared = 已免交
spared-col-left = 仍交材料
spared-col-percent = 免交率
spared-order = 按事项和材料排列
spared-guide =
    { $n ->
       *[other] 近一年有 { $n } 件申请免交了这份材料
    }
