# Papers that licences spared applicants.
spared-title = Papers spared
spared-nav = Spared
spared-lead = Of the applications handed in during the last 12 months: how many papers a licence could stand for, and did. Papers added in a correction are not counted.
spared-total = { $spared } of { $could } papers were spared ({ $percent }%)
spared-none = Nothing counted yet
spared-none-text = Once somebody applies for an item whose papers a licence can stand for, it is listed here by item and material.
spared-col-item = Item
spared-col-material = Material
spared-col-could = Could be spared
spared-col-spared = Spared
spared-col-left = Still handed in
spared-col-percent = Share
spared-order = By item and material
spared-guide =
    { $n ->
        [one] { $n } application was spared this paper in the last year
       *[other] { $n } applications were spared this paper in the last year
    }
