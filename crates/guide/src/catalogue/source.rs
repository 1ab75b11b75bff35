//! Where items come from: the shipped files, and a generator of many items for measuring.

use std::io::Read;

use thiserror::Error;

use super::model::{Item, Limit, Material, Source, Unit};

const SAMPLE: &str = include_str!("../../../../data/catalogue/sample.jsonl");
const GUANGDONG: &[u8] = include_bytes!("../../../../data/catalogue/guangdong-2021.jsonl.gz");
const GUANGAN: &[u8] = include_bytes!("../../../../data/catalogue/guangan-2025.jsonl.gz");

/// A catalogue file that cannot be read.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The compressed file is damaged.
    #[error("catalogue file cannot be decompressed: {0}")]
    Damaged(#[from] std::io::Error),
    /// A line is no item.
    #[error("catalogue line {line} is not an item: {why}")]
    Line {
        /// Line number from 1.
        line: usize,
        /// What the parser said.
        why: serde_json::Error,
    },
}

/// All items shipped with the program: the sample region's, Guangdong's and Guang'an's.
///
/// # Errors
/// [`SourceError`] when a shipped file is damaged, which a test excludes.
pub fn shipped() -> Result<Vec<Item>, SourceError> {
    let mut items = parse(SAMPLE)?;
    for packed in [GUANGDONG, GUANGAN] {
        let mut text = String::new();
        flate2::read::GzDecoder::new(packed).read_to_string(&mut text)?;
        items.append(&mut parse(&text)?);
    }
    Ok(items)
}

/// Reads items, one JSON object a line.
///
/// # Errors
/// [`SourceError::Line`] with the number of the first bad line.
pub fn parse(text: &str) -> Result<Vec<Item>, SourceError> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|why| SourceError::Line { line: at + 1, why })
        })
        .collect()
}

const SUBJECTS: [&str; 40] = [
    "道路旅客运输",
    "危险化学品",
    "医疗器械",
    "水产苗种",
    "林木采伐",
    "特种设备",
    "民用爆炸物品",
    "取水",
    "河道采砂",
    "农药",
    "兽药",
    "种畜禽",
    "动物诊疗",
    "职业技能",
    "劳务派遣",
    "人力资源",
    "测绘",
    "无线电台",
    "广播电视",
    "营业性演出",
    "文物保护",
    "旅行社",
    "体育场馆",
    "宗教活动场所",
    "社会团体",
    "基金会",
    "殡葬设施",
    "地名",
    "典当",
    "拍卖",
    "成品油",
    "粮食收购",
    "节能",
    "人防工程",
    "气象设施",
    "地震安全",
    "安全生产",
    "矿山",
    "古树名木",
    "户外运动",
];
const ACTS: [&str; 12] = [
    "经营许可",
    "登记",
    "备案",
    "资格认定",
    "许可证延续",
    "许可证变更",
    "许可证注销",
    "证书补办",
    "补贴申领",
    "年度检验",
    "设立审批",
    "信息查询",
];
const KINDS: [&str; 25] = [
    "个人",
    "企业",
    "社会组织",
    "农民专业合作社",
    "个体工商户",
    "外商投资企业",
    "分支机构",
    "村集体",
    "学校",
    "医院",
    "港澳居民",
    "台湾居民",
    "外籍人员",
    "退役军人",
    "残疾人",
    "高校毕业生",
    "科研机构",
    "养老机构",
    "托育机构",
    "物业企业",
    "建筑企业",
    "运输企业",
    "林场",
    "渔船",
    "景区",
];

/// `n` made-up items spread over 2,500 divisions, always the same ones; only for measuring.
pub fn generate(n: usize) -> impl Iterator<Item = Item> {
    (0..n).map(|i| {
        // A multiplicative step visits the word lists in no regular order, without chance.
        let mixed = i.wrapping_mul(2_654_435_761) >> 7;
        let subject = SUBJECTS[mixed % SUBJECTS.len()];
        let act = ACTS[(mixed / 40) % ACTS.len()];
        let kind = KINDS[(mixed / 480) % KINDS.len()];
        let area = format!("{:02}{:02}{:02}", 11 + i % 25, 1 + (i / 25) % 10, 1 + (i / 250) % 10);
        Item {
            slug: format!("g{i}"),
            name: format!("{subject}{act}（{kind}）"),
            short: format!("{kind}{subject}{act}"),
            task_type: "20".into(),
            code: format!("{i:031}"),
            department: format!("第{}号{subject}主管部门", i % 997),
            level: "4".into(),
            area,
            audience: vec!["1".into(), "2".into()],
            statutory: Some(Limit { n: 20, unit: Unit::Workday, said: String::new() }),
            promised: Some(Limit { n: 5, unit: Unit::Workday, said: String::new() }),
            conditions: vec![format!("{kind}从事{subject}活动，具备相应场所、人员和管理制度")],
            materials: vec![Material {
                name: format!("{subject}{act}申请表"),
                ..Material::default()
            }],
            keywords: vec![subject.into(), kind.into()],
            visits: Some(1),
            version: 1,
            source: Source::Generated,
            ..Item::default()
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn shipped_files_hold_every_item_once() {
        let items = shipped().expect("shipped files read");
        assert_eq!(items.len(), 51 + 2262 + 1135);
        let slugs: HashSet<&str> = items.iter().map(|i| i.slug.as_str()).collect();
        assert_eq!(slugs.len(), items.len(), "slugs are unique");
        assert!(slugs.contains("jdc-jybz") && slugs.contains("spjy-xb"));
        assert!(items.iter().all(|i| !i.name.is_empty() && i.area.len() == 6));
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = parse("{\"slug\":\"a\"}\n{oops").expect_err("second line is bad");
        assert!(error.to_string().starts_with("catalogue line 2"));
    }

    #[test]
    fn generated_items_are_the_same_each_time() {
        let twice: Vec<Vec<Item>> = (0..2).map(|_| generate(50).collect()).collect();
        assert_eq!(twice[0], twice[1]);
    }
}
