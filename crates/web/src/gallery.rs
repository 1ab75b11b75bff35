//! A page with a sample of every part, for looking at them and for the test that renders them all.

use askama::Template;

use crate::frame::{Choice, ClockCell, Frame, Link, Step};

/// One error of a sample form.
pub struct SampleError {
    /// The field it is about.
    pub field: String,
    /// What to do.
    pub text: String,
}

/// The page of samples; shown at `/dev/gallery` of a demonstration.
#[derive(Template)]
#[template(path = "parts/gallery.html")]
pub struct Gallery {
    /// The frame.
    pub f: Frame,
    clocks: Vec<(Vec<ClockCell>, &'static str)>,
    days: Vec<ClockCell>,
    options: Vec<Choice>,
    steps: Vec<Step>,
    tabs: Vec<Link>,
    crumbs: Vec<Link>,
    errors: Vec<SampleError>,
    states: [&'static str; 12],
    qr: String,
}

impl Gallery {
    /// Makes the page around a frame.
    pub fn new(f: Frame) -> Gallery {
        Gallery {
            f,
            clocks: clocks(),
            days: days(),
            options: vec![
                Choice::new("hot", "热食类", "hot"),
                Choice {
                    hint: "要有专间或专用操作区".into(), ..Choice::new("cold", "冷食类", "")
                },
                Choice::new("drink", "自制饮品", ""),
            ],
            steps: steps(),
            tabs: vec![
                Link::new("#a", "事项").counting(5).here(true),
                Link::new("#b", "证照").counting(2),
                Link::new("#c", "问答"),
            ],
            crumbs: vec![
                Link::new("/", "首页"),
                Link::new("/services", "食品经营"),
                Link::new("", "新办"),
            ],
            errors: vec![
                SampleError { field: "id_no".into(), text: "身份证号少 1 位".into() },
                SampleError { field: "area".into(), text: "厨房面积大于店面".into() },
            ],
            states: [
                "draft",
                "submitted",
                "need_fix",
                "accepted",
                "special",
                "pay",
                "approved",
                "rejected",
                "not_accepted",
                "withdrawn",
                "due",
                "overdue",
            ],
            qr: QR.to_string(),
        }
    }
}

/// A drawing in the place of a code: three finder squares.
const QR: &str = "<svg viewBox=\"0 0 25 25\" role=\"img\" aria-label=\"sample\"><path fill=\"#1A1F26\" \
    fill-rule=\"evenodd\" d=\"M0 0h7v7H0zM1 1v5h5V1zM2 2h3v3H2zM18 0h7v7h-7zM19 1v5h5V1zM20 2h3v3h-3z\
    M0 18h7v7H0zM1 19v5h5v-5zM2 20h3v3H2zM9 1h2v2H9zM13 0h2v3h-2zM9 9h7v1H9zM11 12h5v4h-5zM18 10h3v2h-3z\
    M22 14h3v4h-3zM10 19h4v3h-4zM17 20h3v5h-3z\"/></svg>";

/// Makes cells from letters: u used, t today, l left, p paused, o overdue; a space is days off.
fn cells(letters: &str) -> Vec<ClockCell> {
    let mut gap = false;
    let mut made = Vec::new();
    for letter in letters.chars() {
        let kind = match letter {
            'u' => "used",
            't' => "today",
            'p' => "paused",
            'o' => "overdue",
            ' ' => "",
            _ => "left",
        };
        if !kind.is_empty() {
            made.push(ClockCell { kind, gap, label: String::new() });
        }
        gap = kind.is_empty();
    }
    made
}

fn clocks() -> Vec<(Vec<ClockCell>, &'static str)> {
    vec![
        (cells("utlll"), "还剩 4 个工作日，最晚 11月23日"),
        (cells("utll l"), "大空隙是周末、节假日"),
        (cells("uuppllll"), "暂停计时：现场勘验 2 天，不算在内"),
        (cells("uuuut"), "今天到期"),
        (cells("uuuuu oo"), "超期 2 个工作日"),
    ]
}

fn days() -> Vec<ClockCell> {
    let mut days = cells("utll l");
    for (cell, label) in days.iter_mut().zip(["17日", "今天", "19日", "20日", "23日"]) {
        cell.label = label.into();
    }
    days
}

fn steps() -> Vec<Step> {
    let step = |state, label: &str, note: &str| Step {
        state,
        label: label.into(),
        note: note.into(),
        href: "#step".into(),
    };
    vec![
        step("done", "办理前须知", "已同意查询 3 个部门"),
        step("now", "店铺信息", "5 项，4 项已填好"),
        step("error", "经营项目", "1 处要改"),
        step("next", "核对并提交", ""),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{FrameParts, Mode};
    use crate::texts::{Lang, Texts};

    fn shown(lang: Lang, mode: Mode) -> String {
        let parts =
            FrameParts { lang, mode, site: "示例市通办".into(), ..FrameParts::default() };
        Gallery::new(Frame::new(parts)).render().expect("the gallery renders")
    }

    #[test]
    fn every_part_renders_in_both_languages_and_layouts() {
        for lang in [Lang::Zh, Lang::En] {
            for mode in [Mode::Normal, Mode::Elder] {
                let page = shown(lang, mode);
                assert!(page.contains("<h1"), "one heading");
                assert_eq!(page.matches("<h1").count(), 1, "only one heading");
            }
        }
    }

    /// Words that are missing show their key; no key may reach the page.
    #[test]
    fn no_key_shows_through() {
        for lang in [Lang::Zh, Lang::En] {
            let page = shown(lang, Mode::Normal);
            let key = page.find("frame-").map(|at| page[at..].chars().take(40).collect::<String>());
            assert_eq!(key, None, "a key shows through");
        }
    }

    /// The content policy allows neither inline styles nor inline scripts nor event attributes.
    #[test]
    fn pages_carry_no_inline_style_or_script() {
        let page = shown(Lang::Zh, Mode::Normal);
        for bad in [" style=", "<style", "onclick=", "<script>", "javascript:"] {
            assert!(!page.contains(bad), "{bad} is on the page");
        }
    }

    /// Every icon a page points at is in the sprite.
    #[test]
    fn every_icon_is_in_the_sprite() {
        let sprite = crate::assets::all().iter().find(|a| a.name == "icons.svg").expect("sprite");
        let sprite = std::str::from_utf8(sprite.bytes).expect("text");
        let page = shown(Lang::Zh, Mode::Normal);
        for part in page.split("<use href=\"").skip(1) {
            let name = part.split('"').next().and_then(|u| u.split('#').nth(1)).unwrap_or("");
            assert!(sprite.contains(&format!("id=\"{name}\"")), "no icon {name}");
        }
    }

    /// Every template of every room, path and text.
    fn templates() -> Vec<(std::path::PathBuf, String)> {
        let mut folders = vec![concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates").into()];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            let folder: std::path::PathBuf = folder;
            for entry in std::fs::read_dir(&folder).expect("folder").map(|e| e.expect("entry")) {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "html") {
                    let text = std::fs::read_to_string(&path).expect("template");
                    found.push((path, text));
                }
            }
        }
        found
    }

    /// A template without what only the program reads: comments, tags and values (a value leaves
    /// a mark, so that half a class name is not taken for a whole one).
    fn plain(text: &str) -> String {
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            plain.push_str(&rest[..at]);
            let (end, left) = match rest.get(at..at + 2) {
                Some("{#") => ("#}", ""),
                Some("{%") => ("%}", " "),
                Some("{{") => ("}}", "\u{0}"),
                _ => ("{", ""),
            };
            plain.push_str(left);
            rest = rest[at..].find(end).map_or("", |i| &rest[at + i + end.len()..]);
        }
        plain.push_str(rest);
        plain
    }

    /// A class no style knows is a slip of the pen.
    #[test]
    fn every_class_of_every_template_is_in_the_style_sheet() {
        // These only name a place for the script, for tests or for readers of the page.
        const NAMES: &[&str] = &["node-body", "node-next", "rate", "sep", "steps", "up", "citizen"];
        let style = crate::assets::all().iter().find(|a| a.name == "app.css").expect("style");
        let style = std::str::from_utf8(style.bytes).expect("text");
        let known: std::collections::HashSet<&str> = style
            .split('.')
            .map(|s| s.split(|c: char| !(c.is_alphanumeric() || c == '-')).next().unwrap_or(""))
            .collect();
        for (path, text) in templates() {
            for part in plain(&text).split("class=\"").skip(1) {
                for class in part.split('"').next().unwrap_or("").split_whitespace() {
                    let known = known.contains(class) || NAMES.contains(&class);
                    assert!(known || class.contains('\u{0}'), "{}: {class}", path.display());
                    assert!(class.chars().count() > 1, "{}: {class}", path.display());
                }
            }
            for bad in [" style=\"", "<style", " onclick", "<script>"] {
                assert!(!text.contains(bad), "{}: {bad}", path.display());
            }
        }
    }

    /// What stands between `before` and the next quote, wherever `before` occurs.
    fn quoted<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
        text.split(before).skip(1).filter_map(|part| part.split('"').next()).collect()
    }

    /// Words and icons a template asks for by name are there, in both languages.
    #[test]
    fn every_key_and_icon_of_every_template_is_there() {
        let sprite = crate::assets::all().iter().find(|a| a.name == "icons.svg").expect("sprite");
        let sprite = std::str::from_utf8(sprite.bytes).expect("text");
        for (path, text) in templates() {
            for call in ["f.t(\"", "f.tn(\"", "f.ta(\"", "f.ta2(\"", "f.tall(\""] {
                for key in quoted(&text, call) {
                    for lang in [Lang::Zh, Lang::En] {
                        let there = Texts::shipped().has(lang, key);
                        assert!(there, "{}: no {key} in {lang:?}", path.display());
                    }
                }
            }
            for call in ["ui::icon(\"", " icon(\"", "icon_name=\"", "ui::empty(\""] {
                for name in quoted(&text, call).into_iter().filter(|n| !n.is_empty()) {
                    let there = sprite.contains(&format!("id=\"{name}\""));
                    assert!(there, "{}: no icon {name}", path.display());
                }
            }
        }
    }

    /// The clock algebra's cells keep kind, gap and day; a long row is left to words (notes §2).
    #[test]
    fn cells_of_the_clock_become_squares() {
        use codes::clock::{Cell, CellKind};
        let day = codes::time::Stamp::from_micros(1_795_000_000_000_000).day();
        let cell = |kind, gap_before| Cell { day, kind, gap_before };
        let frame = Frame::new(FrameParts { lang: Lang::En, ..FrameParts::default() });
        let shown = frame.cells(&[cell(CellKind::Used, false), cell(CellKind::Today, true)]);
        assert_eq!((shown[0].kind, shown[1].kind, shown[1].gap), ("used", "today", true));
        assert_eq!((shown[0].label.as_str(), shown[1].label.as_str()), ("18", "Today"));
        assert!(frame.cells(&[cell(CellKind::Left, false); 21]).is_empty());
    }
}
